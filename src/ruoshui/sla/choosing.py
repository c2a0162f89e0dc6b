"""Which level? The first rule whose conditions all hold."""

from ruoshui.cases.models import Case
from ruoshui.core.remembering import remembered
from ruoshui.sla.models import Level, LevelRule


@remembered
def _rules() -> list[LevelRule]:
    return list(LevelRule.objects.filter(level__is_active=True).select_related("level"))


def level_for(case: Case) -> Level | None:
    tier = case.customer.tier_id if case.customer else None
    for rule in _rules():
        if (
            rule.type_id in (None, case.type_id)
            and rule.priority in ("", case.priority)
            and (rule.tier_id is None or rule.tier_id == tier)
        ):
            return rule.level
    return None
