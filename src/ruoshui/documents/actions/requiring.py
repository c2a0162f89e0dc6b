from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import locked_active
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.documents.events import DocumentsRequired, RequirementWaived
from ruoshui.documents.models import Requirement


@dataclass(frozen=True, slots=True)
class Wanted:
    code: str
    name_zh: str
    name_en: str = ""
    explanation_zh: str = ""
    explanation_en: str = ""
    is_required: bool = True
    steps: str = ""


@verb
def require_documents(case: Case, wanted: Iterable[Wanted], *, by: Actor, at: datetime) -> list[Requirement]:
    """Put documents on the case's list; one that is there already stays as it is."""
    case = locked_active(case)
    there = set(Requirement.objects.filter(case=case).values_list("code", flat=True))
    new = [one for one in wanted if one.code not in there]
    made = [
        Requirement(
            case=case,
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            explanation_zh=one.explanation_zh,
            explanation_en=one.explanation_en,
            is_required=one.is_required,
            steps=one.steps,
            position=10 * (len(there) + place),
        )
        for place, one in enumerate(new, 1)
    ]
    Requirement.objects.bulk_create(made)
    if made:
        record(DocumentsRequired(codes=[one.code for one in made]), about=case, by=by, at=at)
    return made


@verb
def waive_requirement(requirement: Requirement, *, why: str, by: Actor, at: datetime) -> Requirement:
    """Do without it, with a reason that stays on record."""
    case = locked_active(requirement.case)
    why = why.replace("\x00", "").strip()
    if not why or len(why) > 300:
        raise Invalid({"why": [_("Say why it is not needed, in at most 300 characters.")]})
    requirement.waived_because = why
    requirement.save(update_fields=["waived_because"])
    record(RequirementWaived(code=requirement.code, name=requirement.name_zh, why=why), about=case, by=by, at=at)
    return requirement
