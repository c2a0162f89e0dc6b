"""Where a case goes and what it belongs to: passed on, merged, split, linked, joined, corrected, its customer named."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from ruoshui.cases import actions
from ruoshui.cases.models import Case, CaseLink
from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid, NotAllowed
from ruoshui.organization.models import Permission, Scope, Staff, Unit
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.case_move_types import (
    CustomerNameIn,
    LinkIn,
    LinkOut,
    ParticipantIn,
    ParticipantOut,
    ParticularsIn,
    PassingIn,
    SplitIn,
)
from ruoshui.web.api.cases import Key, Number, case_type_named, found, fresh
from ruoshui.web.api.once import once
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.types import CaseOut

router = Router(tags=["cases"])
READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)


@router.put("/cases/{number}/unit", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="pass_case")
def hand_over(request: HttpRequest, number: Number, body: PassingIn) -> Any:
    """Pass the case to another unit, down, up or across, with the reason; what the customer was promised goes on."""
    case = found(request, number, to_work=True)
    unit = Unit.objects.filter(code=body.unit).first()
    if unit is None:
        raise Invalid({"unit": [f"There is no unit {body.unit}."]})
    actions.pass_case(
        case, to=unit, reason=body.reason, seen=body.version, by=token_of(request).actor, at=timezone.now()
    )
    return fresh(request, case)


@router.put(
    "/cases/{number}/mergers/{other}", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="merge_cases"
)
def merge(request: HttpRequest, number: Number, other: Number, reopen: bool = False) -> Any:
    """Take the other case into this one. Supervisors of both units only, as on the screens. One that is finished takes
    in nothing unless it is reopened with it (`reopen`).
    """
    survivor, gone = (found(request, one, to_work=True) for one in (number, other))
    _must_supervise(staff_of(request), survivor, gone)
    actions.merge_cases(survivor, gone, reopen=reopen, by=token_of(request).actor, at=timezone.now())
    return fresh(request, survivor)


@router.delete("/cases/{number}/merger", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="split_case_back")
def split_back(request: HttpRequest, number: Number) -> Any:
    """Undo a merger that was a mistake, at the latest 30 days after: the case goes on by itself."""
    case = found(request, number, to_work=True)
    into = found(request, str(case.merged_into_id or case.pk), to_work=True)
    _must_supervise(staff_of(request), case, into)
    actions.split_back(case, by=token_of(request).actor, at=timezone.now())
    return fresh(request, case)


def _must_supervise(staff: Staff, *cases: Case) -> None:
    if not all(staff.may(Permission.SUPERVISE, case.unit) for case in cases):
        raise NotAllowed


@router.post("/cases/{number}/parts", auth=WRITE, response={201: CaseOut, **ERRORS}, operation_id="split_case")
def split(request: HttpRequest, number: Number, body: SplitIn, key: Key = None) -> Any:
    """A second matter in the same talk becomes a case of its own, with copies of the messages named."""

    def work() -> CaseOut:
        case, type = found(request, number, to_work=True), None
        if body.type is not None:
            type = case_type_named(body.type)
            if type is None:
                raise Invalid({"type": [f"There is no case type {body.type}."]})
        new = actions.split_case(
            case,
            messages=body.messages,
            subject=body.subject or case.subject,
            type=type,
            by=token_of(request).actor,
            at=timezone.now(),
        )
        return fresh(request, new)

    return once(request, key, work)


@router.get("/cases/{number}/links", auth=READ, response={200: list[LinkOut], **ERRORS}, operation_id="list_links")
def links(request: HttpRequest, number: Number) -> Any:
    """What the case is part of, a duplicate of, related to or follows; of the other cases only those one may see."""
    case = found(request, number)
    seen = Case.objects.visible_to(staff_of(request)).values("pk")
    rows = CaseLink.objects.filter(case=case, to__in=seen).select_related("to").order_by("pk")
    return [LinkOut(to=row.to.number, kind=row.kind) for row in rows[:1000]]


@router.put("/cases/{number}/links/{to}", auth=WRITE, response={200: LinkOut, **ERRORS}, operation_id="link_cases")
def link(request: HttpRequest, number: Number, to: Number, body: LinkIn) -> Any:
    case, other = found(request, number, to_work=True), found(request, to)
    made = actions.link_cases(case, other, kind=body.kind, by=token_of(request).actor, at=timezone.now())
    return LinkOut(to=other.number, kind=made.kind)


@router.get(
    "/cases/{number}/participants",
    auth=READ,
    response={200: list[ParticipantOut], **ERRORS},
    operation_id="list_participants",
)
def participants(request: HttpRequest, number: Number) -> Any:
    """Colleagues who see the case and are told of it, and further customers whom it concerns."""
    rows = found(request, number).participants.select_related("staff").order_by("pk")
    return [ParticipantOut(staff=row.staff.username if row.staff else None, customer=row.customer_id) for row in rows]


@router.post(
    "/cases/{number}/participants", auth=WRITE, response={201: ParticipantOut, **ERRORS}, operation_id="add_participant"
)
def participate(request: HttpRequest, number: Number, body: ParticipantIn, key: Key = None) -> Any:
    """Let a colleague take part, by user name. Who takes part already is answered as they are."""

    def work() -> ParticipantOut:
        case = found(request, number, to_work=True)
        colleague = Staff.objects.filter(username=body.staff, is_active=True, is_service=False).first()
        if colleague is None:
            raise Invalid({"staff": [f"Nobody with the user name {body.staff} works here."]})
        actions.add_participant(case, staff=colleague, by=token_of(request).actor, at=timezone.now())
        return ParticipantOut(staff=colleague.username, customer=None)

    return once(request, key, work)


@router.patch(
    "/cases/{number}/particulars", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="categorize_case"
)
def categorize(request: HttpRequest, number: Number, body: ParticularsIn) -> Any:
    """Correct type, subject, priority, category, form or secrecy. What is left out stays."""
    case = found(request, number, to_work=True)
    values = body.model_dump(exclude_unset=True, exclude={"version"})
    values = {name: value for name, value in values.items() if value is not None}
    if "type" in values:
        type = case_type_named(values["type"])
        if type is None or not type.is_active:
            raise Invalid({"type": [f"There is no case type {values['type']}."]})
        values["type"] = type
    actions.categorize_case(case, values, seen=body.version, by=token_of(request).actor, at=timezone.now())
    return fresh(request, case)


@router.put("/cases/{number}/customer", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="name_customer")
def name_customer(request: HttpRequest, number: Number, body: CustomerNameIn) -> Any:
    """Say whose request it is, where nobody knew: several people share the address it came from."""
    case = found(request, number, to_work=True)
    customer = customers_visible_to(staff_of(request)).current().filter(pk=body.customer).first()
    if customer is None:
        raise Invalid({"customer": ["There is no such customer."]})
    actions.name_customer(case, customer, seen=body.version, by=token_of(request).actor, at=timezone.now())
    return fresh(request, case)
