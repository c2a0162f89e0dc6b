"""Internal service: how each unit served the others, as they see it. The back office serves the front."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from ruoshui.feedback.queries import SATISFIED_FROM
from ruoshui.organization.models import Unit
from ruoshui.sla.models import InternalRequest, RequestState
from service_science.shares import Share, wilson_share


@dataclass(frozen=True, slots=True)
class ServedUnit:
    """Requests a unit was asked and has ended: how many in time, and how its service was rated."""

    unit: Unit
    done: int
    kept: Share
    satisfied: Share


def service_by_unit(unit_ids: Iterable[int], since: datetime | None = None) -> list[ServedUnit]:
    """Of requests that were done in the time, the unit with most of them first."""
    done = InternalRequest.objects.filter(unit_id__in=list(unit_ids), state=RequestState.DONE)
    if since is not None:
        done = done.filter(ended_at__gte=since)
    rows = done.values("unit_id").annotate(
        n=Count("pk"),
        kept=Count("pk", filter=Q(clocks__broken_at__isnull=True)),
        rated=Count("pk", filter=Q(score__isnull=False)),
        good=Count("pk", filter=Q(score__gte=SATISFIED_FROM)),
    )
    found = list(rows.order_by("-n", "unit_id")[:20])
    units = Unit.objects.in_bulk([row["unit_id"] for row in found])
    return [
        ServedUnit(
            units[row["unit_id"]],
            row["n"],
            wilson_share(row["kept"], row["n"]),
            wilson_share(row["good"], row["rated"]),
        )
        for row in found
    ]
