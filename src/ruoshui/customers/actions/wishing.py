from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.moments import must_be_plain_time
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.customers.events import CustomerWished
from ruoshui.customers.models import Customer, Wish

WISHES = ("order", "refused", "optional", "quiet_from", "quiet_until")


@verb
def wish(customer: Customer, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Wish:
    """How the customer wants to be told things from now on. What `values` leaves out stays."""
    for name in ("quiet_from", "quiet_until"):
        must_be_plain_time(name, values.get(name))
    customer = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    kept = Wish.objects.filter(customer=customer).first() or Wish(customer=customer)
    changes = {}
    for name in WISHES:
        if name in values and getattr(kept, name) != values[name]:
            changes[name] = [_plain(getattr(kept, name)), _plain(values[name])]
            setattr(kept, name, values[name])
    if (kept.quiet_from is None) != (kept.quiet_until is None):
        raise Invalid({"quiet_until": [_("Quiet hours need a beginning and an end.")]})
    try:
        kept.clean_fields()
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    kept.save()
    if changes:
        record(CustomerWished(changes=changes), about=customer, by=by, at=at)
    return kept


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, time) else value
