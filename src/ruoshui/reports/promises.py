"""Promised against actual: how many promises were kept, and by how much early or late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case as When_
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import TruncWeek

from ruoshui.sla.models import Clock, Target

DAY = timedelta(days=1)
# What a customer is promised once; the next update is due again after every answer, and would drown the rest.
TO_CUSTOMERS = (Target.FIRST_RESPONSE, Target.RESOLUTION, Target.MILESTONE)
# Upper bounds of (ended − due), from early to late.
BANDS: tuple[tuple[str, timedelta | None], ...] = (
    ("early_3d", -3 * DAY),
    ("early_1d", -DAY),
    ("early", timedelta(0)),
    ("late", DAY),
    ("late_1d", 3 * DAY),
    ("late_3d", None),
)


@dataclass(frozen=True, slots=True)
class Week:
    begins: datetime
    kept: int
    broken: int


def ended_clocks(unit_ids: Iterable[int] | None, since: datetime | None = None) -> QuerySet[Clock]:
    """Promises to customers that were kept or broken, and have ended."""
    clocks = Clock.objects.counted().filter(ended_at__isnull=False, target__in=TO_CUSTOMERS)
    if since is not None:
        clocks = clocks.filter(ended_at__gte=since)
    return clocks if unit_ids is None else clocks.filter(unit_id__in=list(unit_ids))


def kept_by_week(clocks: QuerySet[Clock]) -> list[Week]:
    rows = (
        clocks.annotate(week=TruncWeek("ended_at"))
        .values("week")
        .annotate(
            kept=Count("pk", filter=Q(broken_at__isnull=True)), broken=Count("pk", filter=Q(broken_at__isnull=False))
        )
    )
    return [Week(row["week"], row["kept"], row["broken"]) for row in rows.order_by("week")]


def settled_against_promise(clocks: QuerySet[Clock]) -> dict[str, int]:
    """How many were settled in each band of time before or after the promised moment."""
    settled = clocks.filter(target=Target.RESOLUTION, due_at__isnull=False, not_reached=False)
    resolved = settled.annotate(
        band=When_(
            *(When(ended_at__lte=F("due_at") + bound, then=Value(name)) for name, bound in BANDS if bound is not None),
            default=Value(BANDS[-1][0]),
            output_field=CharField(),
        )
    )
    counted = dict(resolved.values_list("band").annotate(Count("pk")))
    return {name: counted.get(name, 0) for name, _bound in BANDS}
