"""Days, times and lengths of time in conditions: what can be compared, added and taken from each other.

A day and a time of day are the texts that forms keep, so that they are in order as they are; an instant and a length
are values of their own while a condition is worked out, and texts again in its answer.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.processes.engine.bounds import OutOfBounds

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LENGTH = re.compile(
    r"(-)?P(?:([0-9]{1,5})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})D)?"
    r"(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,10}(?:\.[0-9]{1,6})?)S)?)?"
)
_HOUR, _DAY_LONG = 3600, 86400


@dataclass(frozen=True, slots=True)
class Length:
    """Either months or seconds: a month has no number of days, so that the two cannot be compared (DMN 1.3, 10.3.2)."""

    months: int = 0
    seconds: float = 0

    def _beside(self, other: Any) -> tuple[float, float]:
        if not isinstance(other, Length) or ((self.months or other.months) and (self.seconds or other.seconds)):
            raise TypeError
        return (self.months or self.seconds), (other.months or other.seconds)

    def __lt__(self, other: Any) -> bool:
        mine, theirs = self._beside(other)
        return mine < theirs

    def __le__(self, other: Any) -> bool:
        return not other < self

    def __str__(self) -> str:
        sign = "-" if self.months < 0 or self.seconds < 0 else ""
        years, months = divmod(abs(self.months), 12)
        days, rest = divmod(abs(self.seconds), _DAY_LONG)
        hours, rest = divmod(rest, _HOUR)
        minutes, seconds = divmod(rest, 60)
        long = "".join(f"{int(count)}{unit}" for count, unit in ((years, "Y"), (months, "M"), (days, "D")) if count)
        clock = "".join(f"{count:g}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
        return f"{sign}P{long}T{clock}" if clock else f"{sign}P{long or '0D'}"

    __repr__ = __str__


def length_of(value: Any) -> Length | None:
    """P1Y6M or P3DT4H. Raises OutOfBounds for anything else, and for both in one."""
    if value is None or isinstance(value, Length):
        return value
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()[1:]) or value.endswith("T"):
        raise OutOfBounds(_("a length of time is written as P3DT4H or P1Y6M."))
    years, months, days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    sign = -1 if found[1] else 1
    in_months = int(years * 12 + months)
    in_seconds = days * _DAY_LONG + hours * _HOUR + minutes * 60 + seconds
    if in_months and in_seconds:
        raise OutOfBounds(_("a length of time is either years and months, or days and hours."))
    return Length(sign * in_months, sign * in_seconds)


def day(value: Any) -> Any:
    """A day as forms keep it, 2026-03-04, so that days are compared in order."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as wrong:
        raise OutOfBounds(_("a day is written as 2026-03-04.")) from wrong


def clock_time(value: Any) -> Any:
    """A time of day, in order as a text: 09:30:00."""
    if value is None:
        return None
    try:
        return time.fromisoformat(_without_zone(str(value))).isoformat()
    except ValueError as wrong:
        raise OutOfBounds(_("a time of day is written as 09:30, without a zone.")) from wrong


def _without_zone(text: str) -> str:
    """Times of two zones are in order only on a certain day."""
    if text.endswith("Z") or "+" in text or "-" in text:
        raise ValueError
    return text


def instant(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as wrong:
        raise OutOfBounds(_("a point in time is written as 2026-03-04T09:30:00.")) from wrong


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """A text beside a length or an instant is read as one."""
    for kind, read in ((Length, length_of), (datetime, instant)):
        if isinstance(left, kind) and isinstance(right, str):
            return left, read(right)
        if isinstance(right, kind) and isinstance(left, str):
            return read(left), right
    return left, right


def added(left: Any, right: Any) -> Any:
    """Two lengths, or a length to a day or an instant. Raises TypeError for anything else."""
    left, right = (right, left) if isinstance(left, Length) and not isinstance(right, Length) else (left, right)
    if not isinstance(right, Length):
        raise TypeError
    if isinstance(left, Length):
        left._beside(right)
        return Length(left.months + right.months, left.seconds + right.seconds)
    if isinstance(left, datetime):
        return _moved(left, right)
    if isinstance(left, str) and _DAY.fullmatch(left):
        return _moved(datetime.fromisoformat(left), right).date().isoformat()
    raise TypeError


def taken_from(left: Any, right: Any) -> Any:
    """What lies between two days or two instants; or as `added`, backwards."""
    if isinstance(right, Length):
        return added(left, Length(-right.months, -right.seconds))
    if isinstance(left, datetime) and isinstance(right, datetime):
        return Length(seconds=(left - right).total_seconds())
    if all(isinstance(one, str) and _DAY.fullmatch(one) for one in (left, right)):
        return Length(seconds=(date.fromisoformat(left) - date.fromisoformat(right)).days * _DAY_LONG)
    raise TypeError


def _moved(from_: datetime, by: Length) -> datetime:
    """Months end on the last day where there is none of that number: 31 January and a month is 28 February."""
    years, month = divmod(from_.year * 12 + from_.month - 1 + by.months, 12)
    for last in (from_.day, 30, 29, 28):
        try:
            start = from_.replace(year=years, month=month + 1, day=min(from_.day, last))
            break
        except ValueError:
            if last == 28:
                raise
    return start + timedelta(seconds=by.seconds)


def as_kept(value: Any) -> Any:
    """An answer as JSON keeps it."""
    if isinstance(value, Length):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return [as_kept(one) for one in value] if isinstance(value, list) else value
