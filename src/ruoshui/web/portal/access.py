"""A customer's key to their case: its number and its code, then remembered in the session."""

import hmac
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import CaseQuerySet, case_id_of
from ruoshui.core.refusals import NotFound
from ruoshui.organization.actions import claim_try, forgive_try, tell_failure
from ruoshui.organization.guessing import code_tried
from ruoshui.queues.models import Ticket
from ruoshui.web.limits import address_of

KEPT = "case_access"
SLIPS = "case_access_by_slip"  # (case, number) as text: what a slip opens closes again by itself


def grant(request: HttpRequest, case: Case) -> None:
    request.session[KEPT] = [*request.session.get(KEPT, []), case.pk][-50:]


def grant_by_slip(request: HttpRequest, ticket: Ticket) -> None:
    others = {case: number for case, number in request.session.get(SLIPS, {}).items() if case != str(ticket.case_id)}
    request.session[SLIPS] = {**dict(list(others.items())[-20:]), str(ticket.case_id): ticket.pk}


def _has_slip(request: HttpRequest, case: int) -> bool:
    number = request.session.get(SLIPS, {}).get(str(case))
    ticket = Ticket.objects.filter(pk=number, case_id=case).first() if number else None
    return ticket is not None and ticket.is_fresh(timezone.now())


def with_code(request: HttpRequest, number: str, code: str) -> Case:
    """The case, if the code is its own. Number and code wrong look the same from outside, and count against whose
    network asks: `TooManyFailures`.
    """
    now, address = timezone.now(), address_of(request)
    tried = code_tried(address)
    claim_try(tried, at=now)
    case = _matching(number, code)
    if case is None:
        tell_failure(tried, staff=None, address=address, at=now)
        raise NotFound
    forgive_try(tried, at=now)
    return case


def _matching(number: str, code: str) -> Case | None:
    pk = case_id_of(number)
    case = _cases().filter(pk=pk).first() if pk is not None else None
    given = code.strip().upper()
    if case is None or not hmac.compare_digest(case.access_code.encode(), given.encode()):
        return None
    return case


def own_case(request: HttpRequest, number: str) -> Case:
    pk = case_id_of(number)
    if pk is None or not (pk in request.session.get(KEPT, []) or _has_slip(request, pk)):
        raise NotFound
    case = _cases().filter(pk=pk).first()
    if case is None:
        raise NotFound
    return case


def on_own_case(view: Callable[[HttpRequest, Case], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """A form about a case; where the visitor's session has ended, the code is asked for first."""

    @wraps(view)
    def opened(request: HttpRequest, number: str) -> HttpResponse:
        try:
            case = own_case(request, number)
        except NotFound:
            return to_the_code(request, number)
        return view(request, case)

    return opened


def to_the_code(request: HttpRequest, number: str) -> HttpResponse:
    """What was typed about a case that is no longer open in this browser: its code first, then it can be sent."""
    request.refused = True  # type: ignore[attr-defined]
    return redirect(f"{reverse('portal:track')}?{urlencode({'number': number, 'unsent': '1'})}")


def _cases() -> CaseQuerySet:
    return Case.objects.select_related("type", "customer", "unit", "merged_into", "promise", "promise__version__level")
