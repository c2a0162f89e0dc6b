"""Which level? The first rule whose conditions all hold."""

from django.db.models import Q

from ruoshui.cases.models import Case
from ruoshui.sla.models import Level, LevelRule


def level_for(case: Case) -> Level | None:
    tier = case.customer.tier_id if case.customer else None
    rules = LevelRule.objects.filter(
        Q(type__isnull=True) | Q(type_id=case.type_id),
        Q(priority="") | Q(priority=case.priority),
        Q(tier__isnull=True) | Q(tier_id=tier),
        level__is_active=True,
    )
    rule = rules.select_related("level").first()
    return rule.level if rule else None
