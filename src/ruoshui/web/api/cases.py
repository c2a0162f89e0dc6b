from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Query, Router
from pydantic import Field

from ruoshui.cases import actions
from ruoshui.cases.models import Case, CaseState, CaseType
from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.queries import Sight, Sort, case_page, customers_visible_to, filters_from, shown_events, takers_of
from ruoshui.cases.searching import search_cases
from ruoshui.core.cursors import cursor_of, key_of
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.core.remembering import remembered
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Permission, Scope, Staff, Unit
from ruoshui.web.access import visible_case, workable_case
from ruoshui.web.api.auth import Token, must_carry, staff_of, token_of
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.told import may_read_cases
from ruoshui.web.api.types import (
    AssignmentIn,
    CaseIn,
    CaseOpenedOut,
    CaseOut,
    CasePage,
    ClosureIn,
    CustomerIn,
    EventOut,
    Limit,
    MessageIn,
    MessageOut,
    OverrideOut,
    ReopeningIn,
    ResolutionIn,
    SuspensionIn,
)

router = Router(tags=["cases"])
READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200, pattern=r"^[\x21-\x7e]+$")]
Number = Annotated[str, Field(max_length=20)]


def found(request: HttpRequest, number: str, *, to_work: bool = False) -> Case:
    pk = case_id_of(number)
    if pk is None:
        raise NotFound
    return workable_case(staff_of(request), pk) if to_work else visible_case(staff_of(request), pk)


def fresh(request: HttpRequest, case: Case) -> CaseOut:
    """The answer to what was written; a token that may not read cases learns nothing of their content."""
    case = Case.objects.select_related("type", "unit", "team", "assignee").get(pk=case.pk)
    return CaseOut.of(case, may_read=may_read_cases(request))


@router.post("/cases", auth=WRITE, response={201: CaseOpenedOut, **ERRORS}, operation_id="create_case")
def create(request: HttpRequest, body: CaseIn, key: Key = None) -> Any:
    """Open a case. The answer holds its number, its code for the customer, and what is promised."""
    return once(request, key, lambda: _open(request, body))


@verb
def _open(request: HttpRequest, body: CaseIn) -> CaseOpenedOut:
    staff, now = staff_of(request), timezone.now()
    by = token_of(request).actor
    type = case_type_named(body.type)
    if type is None:
        raise Invalid({"type": [f"There is no case type {body.type}."]})
    unit = type.unit
    if body.unit is not None:
        unit = Unit.objects.filter(code=body.unit).first()
        if unit is None:
            raise Invalid({"unit": [f"There is no unit {body.unit}."]})
    if unit is not None and not staff.may(Permission.WORK, unit):
        raise NotAllowed
    case = actions.open_case(
        type,
        subject=body.subject,
        body=body.body,
        customer=_customer(staff, body, unit, request),
        unit=unit,
        channel=body.channel,
        priority=body.priority,
        category=body.category,
        form=body.form,
        confidential=body.confidential,
        by=by,
        at=now,
    )
    case.type = type
    known = CaseOut.of(case, may_read=may_read_cases(request))
    return CaseOpenedOut(**known.model_dump(), access_code=case.access_code)


@remembered
def case_type_named(code: str) -> CaseType | None:
    return CaseType.objects.select_related("unit").filter(code=code).first()


def _customer(staff: Staff, body: CaseIn, unit: Unit | None, request: HttpRequest) -> Customer | None:
    if isinstance(body.customer, CustomerIn):
        contacts = [(contact.kind, contact.value) for contact in body.customer.contacts]
        must_carry(request, Scope.CUSTOMERS_WRITE)
        return identify(
            name=body.customer.name,
            contacts=contacts,
            unit=unit,
            among=customers_visible_to(staff),
            by=token_of(request).actor,
            at=timezone.now(),
        )
    if body.customer is None:
        return None
    customer = customers_visible_to(staff).current().filter(pk=body.customer).first()
    if customer is None:
        raise Invalid({"customer": ["There is no such customer."]})
    return customer


@router.get("/cases", auth=READ, response={200: CasePage, **ERRORS}, operation_id="list_cases")
def index(
    request: HttpRequest,
    state: CaseState | None = None,
    sight: Sight = Sight.ALL,
    sort: Sort = Sort.DUE,
    late: bool = False,
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Visible cases, by key. Without `state`: those in work."""
    now = timezone.now()
    filters = filters_from({"state": state, "late": late}, now)
    page = case_page(staff_of(request), filters, sight=sight, sort=sort, after=after, limit=limit, at=now)
    return {"items": [CaseOut.of(case) for case in page.cases], "next": page.after or None}


@router.get("/search", auth=READ, response={200: CasePage, **ERRORS}, operation_id="search_cases")
def search(
    request: HttpRequest,
    q: str = Query(..., min_length=1, max_length=200),  # type: ignore[type-arg]
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Cases that hold every word, Chinese or English, newest first; the one whose number it is before all.

    A word may stand in any text of the case, in its customer's name, or be a contact of theirs; phrases in quotes.
    """
    key = key_of("search", after, int)
    hits = search_cases(staff_of(request), q, limit, before=int(key[0]) if key else None)
    following = cursor_of("search", hits.before) if hits.before is not None else None
    return {"items": [CaseOut.of(case) for case in hits.cases], "next": following}


@router.get("/cases/{number}", auth=READ, response={200: CaseOut, **ERRORS}, operation_id="get_case")
def get(request: HttpRequest, number: Number) -> Any:
    return CaseOut.of(found(request, number))


@router.get("/cases/{number}/events", auth=READ, response={200: list[EventOut], **ERRORS}, operation_id="case_events")
def events(request: HttpRequest, number: Number) -> Any:
    """What happened to the case, oldest first; at most 1,000."""
    case = found(request, number)
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk, at__gte=case.opened_at)
    return shown_events(staff_of(request), events.order_by("at", "id")[:1000])


@router.get(
    "/cases/{number}/messages", auth=READ, response={200: list[MessageOut], **ERRORS}, operation_id="case_messages"
)
def conversation(request: HttpRequest, number: Number) -> Any:
    return list(found(request, number).messages.all()[:1000])


@router.post("/cases/{number}/replies", auth=WRITE, response={201: MessageOut, **ERRORS}, operation_id="reply_case")
def reply(request: HttpRequest, number: Number, body: MessageIn, key: Key = None) -> Any:
    """Answer the customer."""

    def work() -> MessageOut:
        case = found(request, number, to_work=True)
        message = actions.reply_case(
            case, body=body.body, channel="api", seen=body.version, by=token_of(request).actor, at=timezone.now()
        )
        return MessageOut.from_orm(message)

    return once(request, key, work)


@router.post("/cases/{number}/notes", auth=WRITE, response={201: MessageOut, **ERRORS}, operation_id="note_case")
def note(request: HttpRequest, number: Number, body: MessageIn, key: Key = None) -> Any:
    """Keep an internal note."""

    def work() -> MessageOut:
        case = found(request, number, to_work=True)
        return MessageOut.from_orm(
            actions.note_case(case, body=body.body, by=token_of(request).actor, at=timezone.now())
        )

    return once(request, key, work)


@router.put("/cases/{number}/assignment", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="assign_case")
def assign(request: HttpRequest, number: Number, body: AssignmentIn) -> Any:
    case, by, now = found(request, number, to_work=True), token_of(request).actor, timezone.now()
    if body.assignee is None:
        actions.release_case(case, seen=body.version, by=by, at=now)
        return fresh(request, case)
    staff = staff_of(request)
    may_hand_on = staff.may(Permission.SUPERVISE, case.unit) or case.assignee_id == staff.pk
    if body.assignee != staff.username and not may_hand_on:
        raise NotAllowed
    to = takers_of(case).filter(username=body.assignee).first()
    if to is None:
        raise Invalid({"assignee": [f"Nobody with the user name {body.assignee} may work in {case.unit.code}."]})
    actions.assign_case(case, to=to, seen=body.version, by=by, at=now)
    return fresh(request, case)


@router.put("/cases/{number}/suspension", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="pause_case")
def pause(request: HttpRequest, number: Number, body: SuspensionIn) -> Any:
    """Wait for the customer, a supplier, parts …; with `until` it resumes by itself."""
    case = found(request, number, to_work=True)
    until = body.until
    if until is not None and timezone.is_naive(until):
        raise Invalid({"until": ["A moment needs a time zone, like 2026-05-01T09:00:00+08:00."]})
    actions.pause_case(
        case, reason=body.reason, until=until, seen=body.version, by=token_of(request).actor, at=timezone.now()
    )
    return fresh(request, case)


@router.delete("/cases/{number}/suspension", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="resume_case")
def resume(request: HttpRequest, number: Number) -> Any:
    case = found(request, number, to_work=True)
    actions.resume_case(case, by=token_of(request).actor, at=timezone.now())
    return fresh(request, case)


@router.put("/cases/{number}/resolution", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="resolve_case")
def resolve(request: HttpRequest, number: Number, body: ResolutionIn) -> Any:
    """Refused while tasks are open or papers missing, unless a supervisor gives a reason in `despite`."""
    case = found(request, number, to_work=True)
    by, now = token_of(request).actor, timezone.now()
    actions.resolve_case(case, despite=body.despite, seen=body.version, by=by, at=now)
    return fresh(request, case)


@router.get(
    "/cases/{number}/overrides", auth=READ, response={200: list[OverrideOut], **ERRORS}, operation_id="list_overrides"
)
def overrides(request: HttpRequest, number: Number) -> Any:
    """What was missing when a supervisor ended the case as done all the same, and why."""
    case = found(request, number)
    return [OverrideOut(reason=one.reason, unfinished=one.names, at=one.at) for one in case.overrides.all()]


@router.put("/cases/{number}/closure", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="close_case")
def close(request: HttpRequest, number: Number, body: ClosureIn) -> Any:
    """End the case with an outcome; the customer is asked whether it satisfied. Solved or explained is refused while
    tasks are open or papers missing, unless a supervisor gives a reason in `despite`.
    """
    case = found(request, number, to_work=True)
    actions.close_case(
        case,
        outcome=body.outcome,
        despite=body.despite,
        summary=body.summary,
        seen=body.version,
        by=token_of(request).actor,
        at=timezone.now(),
    )
    return fresh(request, case)


@router.post("/cases/{number}/reopening", auth=WRITE, response={200: CaseOut, **ERRORS}, operation_id="reopen_case")
def reopen(request: HttpRequest, number: Number, body: ReopeningIn) -> Any:
    case = found(request, number, to_work=True)
    actions.reopen_case(case, reason=body.reason, seen=body.version, by=token_of(request).actor, at=timezone.now())
    return fresh(request, case)
