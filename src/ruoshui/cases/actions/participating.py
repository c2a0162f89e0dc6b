from datetime import datetime

from ruoshui.cases.actions.keeping_secret import guard_secret
from ruoshui.cases.events import ParticipantAdded
from ruoshui.cases.models import Case, Participant
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
