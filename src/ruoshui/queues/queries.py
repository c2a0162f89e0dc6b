"""Announced against actual: what people were told on joining, and how long they then waited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Abs, Cast, Extract, ExtractHour, Floor

from ruoshui.queues.models import Appointment, Branch, Ticket
from ruoshui.queues.models.appointments import LOOK_BACK
from ruoshui.queues.setup import setup_of
from service_science.shares import Share, wilson_share

BAND_MINUTES = 5
WAITED = Extract(F("first_called_at") - F("joined_at"), "epoch")


@dataclass(frozen=True, slots=True)
class Announced:
    """One group: seconds, and the share of promised maxima that were kept. `error`: mean of |actual - typical|."""

    key: Any
    kept: Share
    wait: float
    expected: float
    promised: float
    error: float

    @property
    def n(self) -> int:
        return self.kept.n

    @property
    def look(self) -> str:
        """Too rarely kept, beyond chance; too often, which promises more than need be; or as promised."""
        if self.kept.high < 0.88:
            return "late"
        return "soon" if self.kept.low > 0.95 else "good"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Appointments whose time has come. `missed`: the share of those nobody came for, of all that stood and count.

    `unknown`: nobody has noted whether they came, and nobody will; they are from before that was done.
    """

    booked: int
    came: int
    cancelled: int
    excused: int
    unknown: int
    missed: Share


def attendance(branch: Branch, since: datetime, until: datetime) -> Attendance:
    there = Appointment.objects.filter(branch=branch, starts_at__gte=since, starts_at__lt=until)
    counts = Q(missed_at__isnull=False, excused_at__isnull=True)
    is_open = Q(arrived_at__isnull=True, cancelled_at__isnull=True, missed_at__isnull=True)
    row = there.aggregate(
        booked=Count("pk"),
        came=Count("pk", filter=Q(arrived_at__isnull=False)),
        cancelled=Count("pk", filter=Q(cancelled_at__isnull=False)),
        excused=Count("pk", filter=Q(excused_at__isnull=False)),
        unknown=Count("pk", filter=is_open & Q(starts_at__lt=until - LOOK_BACK)),
        judged=Count("pk", filter=counts | Q(arrived_at__isnull=False, may_count=True)),
        missed=Count("pk", filter=counts),
    )
    missed = wilson_share(row.pop("missed"), row.pop("judged"))
    return Attendance(**row, missed=missed)


def announced_to(branch: Branch, since: datetime, until: datetime, *, learned_only: bool = False) -> QuerySet[Ticket]:
    """Tickets that were told something on joining and were called."""
    told = Ticket.objects.filter(
        branch=branch,
        joined_at__gte=since,
        joined_at__lt=until,
        first_called_at__isnull=False,
        said_maximum__isnull=False,
    )
    told = told.annotate(waited=Cast(WAITED, FloatField()))
    return told.filter(said_learned=True) if learned_only else told


def in_all(tickets: QuerySet[Ticket]) -> Announced:
    row = tickets.aggregate(**FIGURES)
    return _announced(None, row)


def by(tickets: QuerySet[Ticket], group: str, branch: Branch) -> list[Announced]:
    """`group`: class, business, hour, day."""
    zone = setup_of(branch.pk).zone
    if group == "hour":
        rows = tickets.annotate(group=ExtractHour("joined_at", tzinfo=zone)).values("group")
    else:
        rows = tickets.annotate(group=F(GROUPS[group])).values("group")
    return [_announced(row["group"], row) for row in rows.annotate(**FIGURES).order_by("group")]


def calibration(tickets: QuerySet[Ticket]) -> list[Announced]:
    """By what was expected, in bands of five minutes; `key` is the band's begin in minutes."""
    band = Floor(F("said_expected") / (60.0 * BAND_MINUTES))
    rows = tickets.annotate(group=Cast(band, FloatField())).values("group").annotate(**FIGURES).order_by("group")
    return [_announced(int(row["group"]) * BAND_MINUTES, row) for row in rows]


def _announced(key: Any, row: Any) -> Announced:
    figures = (float(row[name] or 0.0) for name in ("wait", "expected", "promised", "error"))
    return Announced(key, wilson_share(row["kept"], row["n"]), *figures)


GROUPS = {"class": "queue__service_class_id", "business": "queue__business_id", "day": "day"}
FIGURES: dict[str, Any] = {
    "n": Count("pk"),
    "kept": Count("pk", filter=Q(waited__lte=F("said_maximum"))),
    "wait": Avg(WAITED),
    "expected": Avg("said_expected"),
    "promised": Avg("said_maximum"),
    "error": Avg(Abs(Cast(WAITED, FloatField()) - Cast(F("said_typical"), FloatField()))),
}
