from datetime import datetime

from ruoshui.cases.actions.keeping_secret import guard_secret
from ruoshui.cases.events import NeedReadBack, ParticipantAdded
from ruoshui.cases.models import Case, Participant
from ruoshui.cases.refusals import NeedsConfidential
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Staff


@verb
def add_participant(
    case: Case,
    *,
    staff: Staff | None = None,
    customer: Customer | None = None,
    by: Actor,
    at: datetime,
) -> Participant:
    """Let a colleague see the case, or note another customer concerned by it. Of a confidential one only who may see
    such cases lets anybody in.
    """
    guard_secret(case, by)
    participant, is_new = Participant.objects.get_or_create(case=case, staff=staff, customer=customer)
    if is_new:
        told = ParticipantAdded(staff=staff.pk if staff else None, customer=customer.pk if customer else None)
        record(told, about=case, by=by, at=at)
    return participant


@verb
def let_opener_take_part(case: Case, staff: Staff, *, at: datetime) -> Participant:
    """Who took a need down for another unit can follow it, and say so to a customer who calls again."""
    if case.confidential:
        raise NeedsConfidential(unit=case.unit.name)
    return add_participant(case, staff=staff, by=staff.actor, at=at)


@verb
def note_read_back(case: Case, *, by: Actor, at: datetime) -> None:
    record(NeedReadBack(), about=case, by=by, at=at)
