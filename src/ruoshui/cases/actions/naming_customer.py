from datetime import datetime

from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.actions._saying import make_findable
from ruoshui.cases.events import CustomerNamed
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import CustomerKnown
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import NotFound
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer


@verb
def name_customer(case: Case, customer: Customer, *, seen: int | None = None, by: Actor, at: datetime) -> Case:
    """Say whose need it is, where nobody knew: several people share the address it came from, or none was told."""
    case = locked(case, seen=seen)
    if case.customer_id is not None:
        raise CustomerKnown(number=case.number)
    if customer.merged_into_id is not None:
        raise NotFound
    write(case, at, customer=customer)
    make_findable(case, [customer.name])
    record(CustomerNamed(customer=customer.pk), about=case, by=by, at=at)
    return case
