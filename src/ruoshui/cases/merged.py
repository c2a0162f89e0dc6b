"""Which cases are one by merging: chains of them, not only the next."""

from datetime import datetime, timedelta

from ruoshui.cases.models import Case

SPLIT_BACK_DAYS = 30


def merged_ids(case: Case) -> list[int]:
    """Of the cases that were taken in by this one, and by those."""
    found: list[int] = []
    above = [case.pk]
    while above:
        above = list(Case.objects.filter(merged_into__in=above).order_by("pk").values_list("pk", flat=True))
        found += above
    return found


def others_concerned(case: Case) -> list[Case]:
    """For each other customer whose case was taken in, the newest such case: they go on being answered there."""
    parts = Case.objects.filter(pk__in=merged_ids(case), customer__isnull=False).exclude(customer=case.customer_id)
    newest = {part.customer_id: part for part in parts.select_related("customer", "unit", "type").order_by("pk")}
    return list(newest.values())


def may_split_back(case: Case, at: datetime) -> bool:
    """Merged, and not too long ago."""
    since = at - timedelta(days=SPLIT_BACK_DAYS)
    return case.merged_into_id is not None and case.mergers.filter(split_at__isnull=True, at__gte=since).exists()
