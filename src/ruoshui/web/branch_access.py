"""Doors of the branch: which hall, which number, and may they?"""

from collections.abc import Iterable
from uuid import UUID

from ruoshui.cases.queries import hidden_among
from ruoshui.core.refusals import NotAllowed, NotFound
from ruoshui.core.statements import Prepared
from ruoshui.organization.models import Permission, Staff
from ruoshui.organization.rights import WhileRightsStand
from ruoshui.queues.models import Branch, Counter, Device, Ticket
from ruoshui.queues.setup import setup_of
from ruoshui.web.shown_numbers import number_with_key, numbers_of

_coded = Prepared(lambda code: Branch.objects.filter(unit__code=code, is_active=True), texts=("code",))


# Thousands of screens ask every few seconds.
_with_key = Prepared(
    lambda key: Device.objects.select_related("branch__unit", "counter").filter(
        key=key, is_active=True, branch__is_active=True
    ),
    texts=("key",),
)
_branches: WhileRightsStand[Branch] = WhileRightsStand()


def visible_branch(staff: Staff, code: str) -> Branch:
    """A branch the staff member may see, by its unit's code; for a stranger it does not exist."""
    if staff.rights_at is None:
        found = _coded.first(code=code)
    else:
        found = _branches.get(code, staff.rights_at, lambda: _coded.first(code=code))
    branch = setup_of(found.pk, found.revision).branch if found else None
    if branch is None or not _reaches(staff, branch):
        raise NotFound
    return branch


def hall_of(staff: Staff, code: str) -> Branch:
    """A branch the staff member works in."""
    branch = visible_branch(staff, code)
    must_work_in(staff, branch)
    return branch


def _reaches(staff: Staff, branch: Branch) -> bool:
    """`Branch.visible_to` for one branch that is loaded already: the same rule, from the roles that are read anyway."""
    return staff.reaches(branch.unit)


def counter_of(branch: Branch, number: int) -> Counter:
    """By its number; what state it is in the verbs read for themselves."""
    for counter in setup_of(branch.pk, branch.revision).counters.values():
        if counter.number == number:
            return Counter(pk=counter.pk, branch=branch, number=number)
    raise NotFound


def must_work_in(staff: Staff, branch: Branch) -> None:
    if not staff.may(Permission.WORK, branch.unit):
        raise NotAllowed


def must_look_after(staff: Staff, branch: Branch) -> None:
    """Lobby managers, and those who supervise."""
    if not (staff.may(Permission.LOBBY, branch.unit) or staff.may(Permission.SUPERVISE, branch.unit)):
        raise NotAllowed


def must_sit_at(staff: Staff, branch: Branch, counter: Counter) -> None:
    """Whoever sits at the counter; a colleague's is for those who look after the hall."""
    sitter = Counter.objects.filter(pk=counter.pk).values_list("staff_id", flat=True).first()
    if sitter is not None and sitter != staff.pk:
        must_look_after(staff, branch)


def must_serve(staff: Staff, ticket: Ticket) -> None:
    """A number that is called or at a counter belongs to who sits there; one that waits, to who works in the hall."""
    must_work_in(staff, ticket.branch)
    if ticket.counter_id is not None:
        must_sit_at(staff, ticket.branch, Counter(pk=ticket.counter_id))


def must_move(staff: Staff, ticket: Ticket) -> None:
    """A number that waits is moved, and ended, by who looks after the hall; one at a counter also by who sits there."""
    if ticket.counter_id is None:
        must_look_after(staff, ticket.branch)
    else:
        must_serve(staff, ticket)


def must_supervise(staff: Staff, branch: Branch) -> None:
    if not staff.may(Permission.SUPERVISE, branch.unit):
        raise NotAllowed


def visible_ticket(staff: Staff, pk: int) -> Ticket:
    ticket = numbers_of([pk]).get(pk)
    if ticket is None or not _reaches(staff, ticket.branch) or secret_among(staff, [ticket]):
        raise NotFound
    return ticket


def secret_among(staff: Staff, tickets: Iterable[Ticket]) -> set[int]:
    """The numbers whose confidential case is kept from the staff member: of those only that they are there is shown."""
    secret = {ticket.pk: ticket.case_id for ticket in tickets if ticket.case and ticket.case.confidential}
    hidden = hidden_among(staff, secret.values())
    return {pk for pk, case in secret.items() if case in hidden}


def device_with(key: str, kind: str = "") -> Device:
    """A screen, for whoever has its address."""
    device = _with_key.first(key=key)
    if device is None or (kind and device.kind != kind):
        raise NotFound
    return device


def ticket_with_key(key: UUID) -> Ticket:
    """For whoever holds the number's own key: its customer's phone."""
    ticket = number_with_key(key)
    if ticket is None:
        raise NotFound
    return ticket
