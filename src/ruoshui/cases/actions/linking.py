from datetime import datetime

from ruoshui.cases.events import CaseLinked
from ruoshui.cases.models import Case, CaseLink
from ruoshui.cases.refusals import CannotLink
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def link_cases(case: Case, to: Case, *, kind: str, by: Actor, at: datetime) -> CaseLink:
    if case.pk == to.pk:
        raise CannotLink
    link, is_new = CaseLink.objects.get_or_create(case=case, to=to, kind=kind)
    if is_new:
        record(CaseLinked(to=to.pk, link=kind), about=case, by=by, at=at)
    return link
