"""A customer's key to his case: its number and its code, then remembered in the session."""

import hmac

from django.http import HttpRequest

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import CaseQuerySet, case_id_of
from ruoshui.core.refusals import NotFound

KEPT = "case_access"


def grant(request: HttpRequest, case: Case) -> None:
    request.session[KEPT] = [*request.session.get(KEPT, []), case.pk][-50:]


def with_code(number: str, code: str) -> Case:
    """The case, if the code is its own. Number and code wrong look the same from outside."""
    pk = case_id_of(number)
    case = _cases().filter(pk=pk).first() if pk is not None else None
    given = code.strip().upper()
    if case is None or not hmac.compare_digest(case.access_code.encode(), given.encode()):
        raise NotFound
    return case


def own_case(request: HttpRequest, number: str) -> Case:
    pk = case_id_of(number)
    if pk is None or pk not in request.session.get(KEPT, []):
        raise NotFound
    case = _cases().filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case


def _cases() -> CaseQuerySet:
    return Case.objects.select_related("type", "customer", "unit", "merged_into", "promise", "promise__version__level")
