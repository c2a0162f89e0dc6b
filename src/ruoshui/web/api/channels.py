"""Calls, call-backs, how customers want to be told things, and what they were told."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.queries import customers_visible_to
from ruoshui.channels import actions
from ruoshui.channels.models import Call, CallBack
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.customers.actions import wish
from ruoshui.customers.guarding import must_look_after_customer
from ruoshui.customers.models import Customer
from ruoshui.informing.actions import inform_by_hand
from ruoshui.informing.models import CustomerNotice, NoticeTemplate
from ruoshui.informing.ways import wish_of
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Scope
from ruoshui.web.access import unit_to_register_in, visible_case
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.channel_types import (
    CallBackEndIn,
    CallBackIn,
    CallBackOut,
    CallBackPage,
    CallOut,
    CallPage,
    CustomerNoticeIn,
    CustomerNoticeOut,
    CustomerNoticePage,
    WishIn,
    WishOut,
)
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.told import told
from ruoshui.web.api.types import Id, Limit

READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
SEE, CHANGE = Token(Scope.CUSTOMERS_READ), Token(Scope.CUSTOMERS_WRITE)
router = Router(tags=["channels"])


def _customer(request: HttpRequest, pk: int) -> Customer:
    """One of whom one may see; for who was merged the survivor, if one may see that record too."""
    visible = customers_visible_to(staff_of(request)).select_related("unit")
    found = visible.filter(pk=pk).first()
    if found is not None and found.merged_into_id:
        found = visible.filter(pk=found.merged_into_id).first()
    if found is None:
        raise NotFound
    return found


@router.get("/calls", auth=READ, response={200: CallPage, **ERRORS}, operation_id="list_calls")
def calls(
    request: HttpRequest,
    customer: Id | None = None,
    case: str = "",
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Telephone calls, newest first; of one customer or one case."""
    staff = staff_of(request)
    found = Call.objects.visible_to(staff).select_related("exchange", "staff")
    if customer is not None:
        found = found.filter(customer=_customer(request, customer))
    if case:
        pk = case_id_of(case)
        if pk is None:
            raise NotFound
        found = found.filter(case_id=visible_case(staff, pk).pk)
    return page_of("calls", found, CallOut.of, after=after, limit=limit, newest_first=True)


@router.get("/call-backs", auth=READ, response={200: CallBackPage, **ERRORS}, operation_id="list_call_backs")
def call_backs(request: HttpRequest, after: After = "", limit: Limit = 50) -> Any:
    """Who waits to be called, oldest first."""
    found = CallBack.objects.visible_to(staff_of(request)).owed().select_related("unit", "taken_by")
    return page_of("call-backs", found, CallBackOut.of, after=after, limit=limit)


@router.post("/call-backs", auth=WRITE, response={201: CallBackOut, **ERRORS}, operation_id="ask_for_call_back")
def ask(request: HttpRequest, body: CallBackIn, key: Key = None) -> Any:
    """Put somebody on the list; who stands there already stays there once."""

    def work() -> CallBackOut:
        staff = staff_of(request)
        owed = actions.owe_call_back(
            unit=unit_to_register_in(staff),
            number=body.number,
            customer=_customer(request, body.customer) if body.customer else None,
            reason=body.reason,
            not_before=body.not_before,
            by=token_of(request).actor,
            at=timezone.now(),
        )
        return told(request, CallBackOut.of(owed))

    return once(request, key, work)


def _owed(request: HttpRequest, pk: int) -> CallBack:
    staff = staff_of(request)
    owed = CallBack.objects.visible_to(staff).select_related("unit", "taken_by").filter(pk=pk).first()
    if owed is None:
        raise NotFound
    if not staff.may(Permission.WORK, owed.unit):
        raise NotAllowed
    return owed


@router.post(
    "/call-backs/{id}/taking", auth=WRITE, response={200: CallBackOut, **ERRORS}, operation_id="take_call_back"
)
def take(request: HttpRequest, id: Id) -> Any:
    """Nobody else calls them meanwhile."""
    owed = _owed(request, id)
    taken = actions.take_call_back(owed, by=staff_of(request), at=timezone.now())
    return told(request, CallBackOut.of(taken))


@router.post("/call-backs/{id}/end", auth=WRITE, response={200: CallBackOut, **ERRORS}, operation_id="end_call_back")
def end(request: HttpRequest, id: Id, body: CallBackEndIn) -> Any:
    """Reached, or not: then it comes again in half an hour, five times at most."""
    owed, by = _owed(request, id), token_of(request).actor
    ended = actions.end_call_back(owed, reached=body.reached, note=body.note, by=by, at=timezone.now())
    return told(request, CallBackOut.of(ended))


@router.get("/customers/{id}/wishes", auth=SEE, response={200: WishOut, **ERRORS}, operation_id="get_wishes")
def wishes(request: HttpRequest, id: Id) -> Any:
    """How the customer wants to be told things."""
    return WishOut.of(wish_of(_customer(request, id)))


@router.put("/customers/{id}/wishes", auth=CHANGE, response={200: WishOut, **ERRORS}, operation_id="set_wishes")
def set_wishes(request: HttpRequest, id: Id, body: WishIn) -> Any:
    customer = _customer(request, id)
    must_look_after_customer(staff_of(request), customer, Permission.WORK)
    values = body.model_dump() | {"order": [*map(str, body.order)], "refused": [*map(str, body.refused)]}
    return WishOut.of(wish(customer, values, by=token_of(request).actor, at=timezone.now()))


@router.get(
    "/customers/{id}/notices",
    auth=SEE,
    response={200: CustomerNoticePage, **ERRORS},
    operation_id="list_customer_notices",
)
def notices(request: HttpRequest, id: Id, after: After = "", limit: Limit = 50) -> Any:
    """What the customer was told, newest first."""
    found = CustomerNotice.objects.filter(not_hidden(staff_of(request), "case_id"), customer=_customer(request, id))
    found = found.select_related("template")
    return page_of("customer-notices", found, CustomerNoticeOut.of, after=after, limit=limit, newest_first=True)


@router.post(
    "/customers/{id}/notices", auth=CHANGE, response={201: CustomerNoticeOut, **ERRORS}, operation_id="tell_customer"
)
def tell(request: HttpRequest, id: Id, body: CustomerNoticeIn, key: Key = None) -> Any:
    """Send the customer a notice that goes out by hand; an offer is withheld from who refuses such."""

    def work() -> CustomerNoticeOut:
        staff, customer, by = staff_of(request), _customer(request, id), token_of(request).actor
        must_look_after_customer(staff, customer, Permission.CUSTOMERS)
        template = NoticeTemplate.objects.filter(code=body.template).first()
        if template is None:
            raise Invalid({"template": [f"There is no notice {body.template}."]})
        return CustomerNoticeOut.of(inform_by_hand(template, customer, unit=staff.unit, by=by, at=timezone.now()))

    return once(request, key, work)
