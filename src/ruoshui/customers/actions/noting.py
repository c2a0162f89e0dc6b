from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.events import CustomerNoted
from ruoshui.customers.models import Customer, CustomerNote


@verb
def note_customer(customer: Customer, *, body: str, by: Actor, at: datetime) -> CustomerNote:
    body = body.strip()
    if not 1 <= len(body) <= 4000:
        raise Invalid({"body": [str(_("Write between 1 and 4,000 characters."))]})
    note = CustomerNote.objects.create(customer=customer, body=body, by_kind=by.kind, by_id=by.id, at=at)
    record(CustomerNoted(note=note.pk), about=customer, by=by, at=at)
    return note
