from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.verbs import verb
from ruoshui.sla.actions.publishing import publish_level, set_terms
from ruoshui.sla.models import Level
from ruoshui.sla.standard import STANDARD_LEVELS


@verb
def install_standard_levels(*, by: Actor, at: datetime) -> dict[str, Level]:
    """Publish those of the ten levels that are not there yet; those that are stay as they are."""
    known = {level.code: level for level in Level.objects.all()}
    for standard in STANDARD_LEVELS:
        if standard.code in known:
            continue
        names = ("code", "name_zh", "name_en", "explanation_zh", "explanation_en", "audience")
        level = configure(Level(), {name: getattr(standard, name) for name in names}, by=by, at=at)
        set_terms(level, list(standard.terms()), by=by, at=at)
        publish_level(level, by=by, at=at)
        known[standard.code] = level
    return known
