"""Figures about rounds."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate

from ruoshui.assets.models import Asset, Defect, Round
from service_science.shares import Share, wilson_share


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """Rounds late, and due within 30 days; of those made in a year, how many by the date first planned; equipment with
    defects that are not mended.
    """

    late: int
    soon: int
    made: int
    in_time: int
    faulty: int

    @property
    def share(self) -> Share:
        return wilson_share(self.in_time, self.made)


def round_figures(assets: QuerySet[Asset], today: date, at: datetime) -> RoundFigures:
    planned = Round.objects.filter(asset__in=assets, at__isnull=True).aggregate(
        late=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=today + timedelta(days=30))),
    )
    made = Round.objects.filter(asset__in=assets, at__gt=at - timedelta(days=366), at__lte=at).aggregate(
        made=Count("pk"), in_time=Count("pk", filter=Q(promised_on__gte=TruncDate(F("at"))))
    )
    faulty = Asset.objects.filter(pk__in=assets.values("pk"), defects__in=Defect.objects.filter(mended_at__isnull=True))
    return RoundFigures(**planned, **made, faulty=faulty.distinct().count())
