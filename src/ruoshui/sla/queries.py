"""Questions about promises."""

from collections.abc import Iterable

from ruoshui.cases.models import CaseType
from ruoshui.sla.models import Level, LevelRule


def usual_levels(types: Iterable[CaseType]) -> dict[int, Level]:
    """By type id, the level an ordinary customer gets at the type's usual priority."""
    rules = list(LevelRule.objects.filter(tier__isnull=True, level__is_active=True).select_related("level"))
    found = {}
    for type in types:
        for rule in rules:
            if rule.type_id in (None, type.pk) and rule.priority in ("", type.priority):
                found[type.pk] = rule.level
                break
    return found
