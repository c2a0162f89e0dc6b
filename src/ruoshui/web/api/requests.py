"""Internal requests between units, as a program makes and serves them."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from ruoshui.core.refusals import Invalid, NotAllowed
from ruoshui.organization.models import Scope, Staff, Unit
from ruoshui.sla import actions
from ruoshui.sla.models import InternalRequest
from ruoshui.web.access import may_ask_for, may_serve, unit_to_register_in, visible_request
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key, found
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.promise_types import AnswerIn
from ruoshui.web.api.promises import level_named
from ruoshui.web.api.request_types import RatingIn, ReasonIn, RequestIn, RequestOut, RequestPage, RequestPassIn
from ruoshui.web.api.told import told
from ruoshui.web.api.types import Id, Limit

READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
router = Router(tags=["requests"])


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(code=code, is_active=True).first()
    if unit is None:
        raise Invalid({"unit": [f"There is no unit {code}."]})
    return unit


def _fresh(request: HttpRequest, pk: int) -> RequestOut:
    related = ("unit", "from_unit", "assignee", "case", "version__level")
    found = InternalRequest.objects.select_related(*related).prefetch_related("clocks").get(pk=pk)
    return told(request, RequestOut.of(found))


@router.get("/requests", auth=READ, response={200: RequestPage, **ERRORS}, operation_id="list_requests")
def requests(
    request: HttpRequest,
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Visible internal requests, oldest first, by id."""
    related = ("unit", "from_unit", "assignee", "case", "version__level")
    rows = InternalRequest.objects.visible_to(staff_of(request)).select_related(*related)
    return page_of("requests", rows.prefetch_related("clocks"), RequestOut.of, after=after, limit=limit)


@router.get("/requests/{pk}", auth=READ, response={200: RequestOut, **ERRORS}, operation_id="get_request")
def get_request(request: HttpRequest, pk: Id) -> Any:
    return _fresh(request, visible_request(staff_of(request), pk).pk)


@router.post("/requests", auth=WRITE, response={201: RequestOut, **ERRORS}, operation_id="ask_unit")
def ask(request: HttpRequest, body: RequestIn, key: Key = None) -> Any:
    """Ask another unit by an internal level, from a case or for the own unit."""

    def work() -> RequestOut:
        staff = staff_of(request)
        case = found(request, body.case, to_work=True) if body.case else None
        made = actions.ask_unit(
            _unit(body.unit),
            subject=body.subject,
            body=body.body,
            level=level_named(body.level),
            from_unit=case.unit if case else unit_to_register_in(staff),
            case=case,
            is_awaited=body.is_awaited,
            asked_by=staff,
            by=token_of(request).actor,
            at=timezone.now(),
        )
        return _fresh(request, made.pk)

    return once(request, key, work)


def _served(request: HttpRequest, pk: int) -> tuple[Staff, InternalRequest]:
    staff = staff_of(request)
    asked = visible_request(staff, pk)
    if not may_serve(staff, asked):
        raise NotAllowed
    return staff, asked


def _asked(request: HttpRequest, pk: int) -> InternalRequest:
    staff = staff_of(request)
    asked = visible_request(staff, pk)
    if not may_ask_for(staff, asked):
        raise NotAllowed
    return asked


@router.put(
    "/requests/{pk}/acceptance", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="accept_request"
)
def accept(request: HttpRequest, pk: Id) -> Any:
    staff, asked = _served(request, pk)
    actions.accept_request(asked, to=staff, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.put("/requests/{pk}/return", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="return_request")
def send_back(request: HttpRequest, pk: Id, body: ReasonIn) -> Any:
    _staff, asked = _served(request, pk)
    actions.return_request(asked, reason=body.reason, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.put("/requests/{pk}/unit", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="pass_request")
def hand_on(request: HttpRequest, pk: Id, body: RequestPassIn) -> Any:
    _staff, asked = _served(request, pk)
    actions.pass_request(asked, to=_unit(body.unit), reason=body.reason, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.put("/requests/{pk}/answer", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="finish_request")
def finish(request: HttpRequest, pk: Id, body: AnswerIn) -> Any:
    _staff, asked = _served(request, pk)
    actions.finish_request(asked, answer=body.text, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.delete("/requests/{pk}/return", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="ask_again")
def again(request: HttpRequest, pk: Id, note: Annotated[str, Query(min_length=1, max_length=500)]) -> Any:
    """What was missing is there: the request is with the other unit again."""
    actions.ask_again(_asked(request, pk), note=note, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.put(
    "/requests/{pk}/withdrawal", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="withdraw_request"
)
def withdraw(request: HttpRequest, pk: Id, body: ReasonIn) -> Any:
    actions.withdraw_request(_asked(request, pk), reason=body.reason, by=token_of(request).actor, at=timezone.now())
    return _fresh(request, pk)


@router.put("/requests/{pk}/rating", auth=WRITE, response={200: RequestOut, **ERRORS}, operation_id="rate_request")
def rate(request: HttpRequest, pk: Id, body: RatingIn) -> Any:
    """How well the other unit served, one to five."""
    actions.rate_request(
        _asked(request, pk), score=body.score, remark=body.remark, by=token_of(request).actor, at=timezone.now()
    )
    return _fresh(request, pk)
