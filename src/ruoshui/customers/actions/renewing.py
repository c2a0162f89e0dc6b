from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import NotFound
from ruoshui.core.verbs import verb
from ruoshui.customers.events import CodeRenewed
from ruoshui.customers.guarding import must_look_after_customer
from ruoshui.customers.models import Customer
from ruoshui.organization.acting import person_behind
from ruoshui.organization.models import Permission


@verb
def renew_code(customer: Customer, *, by: Actor, at: datetime) -> Customer:
    """A new customer code: one that was lost or copied is nobody's from now on. Needs the right in their unit."""
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).select_related("unit").get(pk=customer.pk)
    if (person := person_behind(by)) is not None:
        must_look_after_customer(person, customer, Permission.CUSTOMERS)
    if customer.merged_into_id is not None:
        raise NotFound
    customer.code_number += 1
    customer.save(update_fields=["code_number"])
    record(CodeRenewed(number=customer.code_number), about=customer, by=by, at=at)
    return customer
