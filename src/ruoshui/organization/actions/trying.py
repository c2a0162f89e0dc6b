"""Wrong tries, counted where all processes see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import Event, record
from ruoshui.core.verbs import verb
from ruoshui.organization.events import GuessingSlowed, SignInFailed
from ruoshui.organization.guessing import Allowance, TooManyFailures, Tried, confirming_tried, sign_in_tried
from ruoshui.organization.models import FailureCount, Staff

TELL_EVERY = timedelta(minutes=15)
WORTH_TELLING = timedelta(minutes=1)
SWEPT_AT_ONCE = 1000
MOST_COUNTS = 200_000


@verb
def claim_try(tried: Sequence[Tried], *, at: datetime) -> None:
    """Counts a try as wrong before it is looked at, so that a hundred at once count as a hundred.

    Refuses while any count says wait; such a try is not counted. `forgive_try` takes a right one back.
    """
    rows = _locked(tried, at, make=True)
    waits = [row.until_at - at for row in rows.values() if row.until_at is not None and row.until_at > at]
    if waits:
        raise TooManyFailures(seconds=int(max(waits).total_seconds()) + 1)
    for one in tried:
        if one.key in rows:
            wait = _count(rows[one.key], one.allowance, 1, at)
            _write(rows[one.key], at + wait if wait else None)


def _count(row: FailureCount, allowance: Allowance, more: int, at: datetime) -> timedelta:
    """How long the next try has to wait."""
    row.count = max(0.0, allowance.left(row.count, row.counted_at, at) + more)
    wait = allowance.wait(row.count)
    row.counted_at, row.gone_at = at, at + max(wait, row.count * allowance.fades)
    return wait


def _write(row: FailureCount, until_at: datetime | None) -> None:
    row.until_at = until_at
    row.save(update_fields=["count", "counted_at", "until_at", "gone_at"])


@verb
def forgive_try(tried: Sequence[Tried], *, at: datetime, succeeded: bool = True) -> None:
    """The claimed try was right: what the account has counted is over, its networks lose this one try.

    Not `succeeded`: it was never looked at, and is only taken back.
    """
    rows = _locked(tried, at)
    for one in tried:
        row = rows.get(one.key)
        if row is not None and one.is_person and succeeded:
            _tell_rest(row, at)
            row.delete()
        elif row is not None:
            _count(row, one.allowance, -1, at)
            _write(row, None)


@verb
def forget_failures(staff: Staff, *, at: datetime) -> None:
    """Of somebody whose password is a new one: what was tried on the old one counts no more."""
    tried = [one for one in (*sign_in_tried(staff.username, ""), *confirming_tried(staff.pk)) if one.is_person]
    for row in _locked(tried, at).values():
        _tell_rest(row, at)
        row.delete()


@verb
def tell_failure(tried: Sequence[Tried], *, staff: Staff | None, address: str, at: datetime) -> None:
    """Puts wrong tries on record: a person's, and those of a network that has to wait; each once in a quarter hour."""
    for one in tried:
        row = _locked([one], at).get(one.key)
        if row is None:
            continue
        wait = (row.until_at - at) if row.until_at is not None else timedelta()
        if one.is_person and staff is not None:
            row.staff, row.address = staff, address[:60]
            _tell(row, SignInFailed(count=row.untold + 1, address=row.address, seconds=_seconds(wait)), staff, at)
        elif not one.is_person and wait >= WORTH_TELLING:
            door, _scale, network = row.key.split(":", 2)
            told = GuessingSlowed(door=door, network=network, count=row.untold + 1, seconds=_seconds(wait))
            _tell(row, told, row, at)


def _tell(row: FailureCount, event: Event, about: Staff | FailureCount, at: datetime) -> None:
    row.untold += 1
    if row.told_at is None or at - row.told_at >= TELL_EVERY:
        record(event, about=about, by=SYSTEM, at=at)
        row.untold, row.told_at = 0, at
    row.save(update_fields=["staff", "address", "untold", "told_at"])


def _tell_rest(row: FailureCount, at: datetime) -> None:
    if row.staff is not None and row.untold:
        told = SignInFailed(count=row.untold, address=row.address, seconds=0)
        record(told, about=row.staff, by=SYSTEM, at=at)


def _seconds(wait: timedelta) -> int:
    return max(0, int(wait.total_seconds()))


def _locked(tried: Sequence[Tried], at: datetime, *, make: bool = False) -> dict[str, FailureCount]:
    """Always in the order of the keys: two who try the same never wait for each other in a circle."""
    keys = sorted(one.key for one in tried)
    if make:
        fresh = [FailureCount(key=key, counted_at=at, gone_at=at) for key in keys]
        FailureCount.objects.bulk_create(fresh, ignore_conflicts=True)
    return {row.key: row for row in FailureCount.objects.select_for_update().filter(key__in=keys).order_by("key")}


@verb
def sweep_failures(*, at: datetime) -> int:
    """Forgets what has faded, after telling what is untold. Of too many the lightest go, never those that wait."""
    gone = FailureCount.objects.filter(gone_at__lte=at).select_related("staff")
    rows = list(gone.select_for_update(skip_locked=True, of=("self",))[:SWEPT_AT_ONCE])
    for row in rows:
        _tell_rest(row, at)
    swept = _drop(rows)
    too_many = FailureCount.objects.count() - MOST_COUNTS
    if too_many > 0:
        lightest = FailureCount.objects.exclude(until_at__gt=at).order_by("count", "counted_at")
        swept += _drop(list(lightest.select_for_update(skip_locked=True)[: min(too_many, SWEPT_AT_ONCE)]))
    return swept


def _drop(rows: Sequence[FailureCount]) -> int:
    gone, _each = FailureCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return gone
