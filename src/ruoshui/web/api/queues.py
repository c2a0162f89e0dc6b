"""Branches, numbers and counters, as kiosks, call buttons and other programs use them."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid
from ruoshui.customers.models import Customer
from ruoshui.organization.models import ApiToken, Permission, Scope, Staff
from ruoshui.queues import actions
from ruoshui.queues.floor import floor_of
from ruoshui.queues.models import Branch, Business, Counter, NamedBy, Ticket, TicketSource, TicketState
from ruoshui.queues.rules import order_in_words
from ruoshui.queues.setup import setup_of
from ruoshui.web.api.auth import MissingScope, Token, staff_of, token_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.queue_types import (
    BranchOut,
    CalledOut,
    CallIn,
    CounterIn,
    CounterOut,
    FloorOut,
    TicketIn,
    TicketOut,
)
from ruoshui.web.api.types import Code
from ruoshui.web.branch_access import counter_of, hall_of, must_look_after, must_sit_at, visible_branch

READ, WRITE = Token(Scope.QUEUES_READ), Token(Scope.QUEUES_WRITE)
router = Router(tags=["queues"])


def branch_out(branch: Branch) -> BranchOut:
    unit, is_open = branch.unit, setup_of(branch.pk, branch.revision).is_open(timezone.now())
    return BranchOut(code=unit.code, name_zh=unit.name_zh, name_en=unit.name_en, open=is_open)


@router.get("/branches", auth=READ, response={200: list[BranchOut], **ERRORS}, operation_id="list_branches")
def branches(request: HttpRequest) -> Any:
    """The branches in reach."""
    found = Branch.objects.visible_to(staff_of(request)).filter(is_active=True).select_related("unit")
    return [branch_out(branch) for branch in found[:2000]]


@router.get("/branches/{code}", auth=READ, response={200: FloorOut, **ERRORS}, operation_id="get_branch")
def branch(request: HttpRequest, code: Code) -> Any:
    """A branch as it is now: who waits, what one would be told, which counters are open, who is next by which rule."""
    found, now = visible_branch(staff_of(request), code), timezone.now()
    setup = setup_of(found.pk, found.revision)
    with floor_of(found.pk, now) as floor:
        waiting = [line.queue_id for line in floor.waiting()]
        told = {pk: floor.foretell(pk, now) for pk in setup.queues}
        at = {line.counter_id: line.number for line in floor.called(most=1000)}
        counters = [floor.counters[pk] for pk in setup.counters if pk in floor.counters]
    return {
        "branch": branch_out(found),
        "queues": [
            {
                "prefix": queue.prefix,
                "business": queue.business.code,
                "service_class": queue.service_class.code,
                "waiting": waiting.count(pk),
                "expected": told[pk].expected,
                "maximum": told[pk].maximum,
            }
            for pk, queue in setup.queues.items()
        ],
        "counters": [
            {
                "number": one.number,
                "state": one.state,
                "staff": one.staff.username if one.staff else None,
                "ticket": at.get(one.pk),
            }
            for one in counters
        ],
        "rule": order_in_words(setup),
    }


@router.post("/branches/{code}/tickets", auth=WRITE, response={201: TicketOut, **ERRORS}, operation_id="take_number")
def take_number(request: HttpRequest, code: Code, body: TicketIn, key: Key = None) -> Any:
    """A number, and what to expect. Sent again with the same `Idempotency-Key`, the same number is the answer."""
    token, found = token_of(request), hall_of(staff_of(request), code)
    wish = wish_of(token, found, body, key=key, customer=_customer(token, body), at=timezone.now())
    return Status(201, ticket_out(found, actions.issue(wish)))


def wish_of(
    token: ApiToken, branch: Branch, body: TicketIn, *, key: str | None, customer: Customer | None, at: datetime
) -> actions.NumberWish:
    return actions.NumberWish(
        branch=branch,
        business=business_named(branch, body.business),
        key=uuid.uuid5(uuid.NAMESPACE_OID, f"{token.pk}:{branch.unit.code}:{key}") if key else None,
        customer=customer,
        fingerprint=hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:16] if key else "",
        named_by=NamedBy.SCANNED if actions.scanned_customer(body.contact) else NamedBy.PROGRAM,
        source=TicketSource.API,
        language=body.language,
        care=body.care,
        draft=body.form,
        by=token.actor,
        at=at,
    )


def ticket_out(branch: Branch, ticket: Ticket) -> TicketOut:
    return TicketOut.of(ticket, branch=branch.unit.code)


def business_named(branch: Branch, code: str) -> Business:
    for business in setup_of(branch.pk, branch.revision).businesses:
        if business.code == code:
            return business
    raise Invalid({"business": [f"{branch.unit.code} does not offer {code}."]})


def _customer(token: ApiToken, body: TicketIn) -> Customer | None:
    """Whose code was scanned; who else it is may say only a program that may read customers, of those it may see."""
    said = body.contact.strip()
    scanned = actions.scanned_customer(said)
    if (body.customer is None and not said) or scanned is not None:
        return scanned
    if Scope.CUSTOMERS_READ not in token.scopes:
        raise MissingScope
    visible = customers_visible_to(token.staff).current().select_related("tier")
    if body.customer is not None:
        found = visible.filter(pk=body.customer).first()
        if found is None:
            raise Invalid({"customer": [f"There is no customer {body.customer}."]})
        return found
    meant = actions.find_visitor(said)
    return visible.filter(pk=meant.pk).first() if meant else None


@router.put(
    "/branches/{code}/counters/{number}", auth=WRITE, response={200: CounterOut, **ERRORS}, operation_id="set_counter"
)
def set_counter(request: HttpRequest, code: Code, number: int, body: CounterIn) -> Any:
    """Open it (for oneself, or as lobby manager for somebody else), pause it or close it."""
    staff, now, by = staff_of(request), timezone.now(), token_of(request).actor
    found = hall_of(staff, code)
    counter = counter_of(found, number)
    if body.state == "open":
        actions.open_counter(counter, staff=_sitter(staff, found, body.staff), by=by, at=now)
    else:
        must_sit_at(staff, found, counter)
        if body.state == "paused":
            actions.pause_counter(counter, reason=body.reason, by=by, at=now)
        else:
            actions.close_counter(counter, by=by, at=now)
    current = actions.current_ticket(counter)
    return {
        "number": counter.number,
        "state": counter.state,
        "staff": counter.staff.username if counter.staff else None,
        "ticket": current.number if current else None,
    }


def _sitter(staff: Staff, branch: Branch, username: str | None) -> Staff:
    if username is None or username == staff.username:
        return staff
    must_look_after(staff, branch)
    found = Staff.objects.who_may(Permission.WORK, branch.unit).filter(username=username)
    if (sitter := found.first()) is None:
        raise Invalid({"staff": [f"Nobody called {username} works in {branch.unit.code}."]})
    return sitter


@router.post(
    "/branches/{code}/counters/{number}/calls",
    auth=WRITE,
    response={200: CalledOut, **ERRORS},
    operation_id="call_next",
)
def call_next(request: HttpRequest, code: Code, number: int, body: CallIn) -> Any:
    """Call who is next; `ticket` is null when nobody waits. Refused while somebody is at the counter."""
    staff, by = staff_of(request), token_of(request).actor
    branch = hall_of(staff, code)
    counter = counter_of(branch, number)
    must_sit_at(staff, branch, counter)
    ticket = actions.call_next(counter, after=body.after, gives_up=body.gives_up, by=by, at=timezone.now())
    return call_out(counter, ticket)


def call_out(counter: Counter, ticket: Ticket | None) -> CalledOut:
    if ticket is None:
        return CalledOut(ticket=None)
    branch = counter.branch
    ticket.queue = setup_of(branch.pk, branch.revision).queues.get(ticket.queue_id) or ticket.queue
    if ticket.state == TicketState.CALLED:
        ticket.counter = counter
    return CalledOut.model_construct(ticket=ticket_out(branch, ticket))
