"""How a customer wants to be told things, as a form: the same at the desk and on their own page."""

from datetime import time
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ruoshui.core.moments import must_be_plain_time
from ruoshui.core.refusals import Invalid
from ruoshui.core.typed import ticked
from ruoshui.customers.models import Customer, Way, Wish


def shown_wish(customer: Customer) -> dict[str, Any]:
    wish = Wish.objects.filter(customer=customer).first() or Wish(customer=customer)
    first = wish.order[0] if wish.order else ""
    return {"wish": wish, "first_way": first, "ways": [(way, way.label, way not in wish.refused) for way in Way]}


def wishes_in(posted: QueryDict) -> dict[str, Any]:
    """`first`: the way they like best; `allowed`: all that may be used. What the form does not carry is left out."""
    values: dict[str, Any] = {}
    allowed = [way for way in posted.getlist("allowed") if way in Way.values]
    first = posted.get("first", "")
    if first and first not in allowed:
        raise Invalid({"first": [_("The way you like best must be one that we may use.")]})
    if "first" in posted:
        values["order"] = [first] if first else []
    if ticked(posted, "allowed") is not None:
        values["refused"] = [way.value for way in Way if way.value not in allowed]
    if (optional := ticked(posted, "optional")) is not None:
        values["optional"] = optional
    for name in ("quiet_from", "quiet_until"):
        if name in posted:
            values[name] = _time(posted.get(name, ""))
    return values


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        found = time.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid({"quiet_from": [_("Enter a time like 21:00.")]}) from wrong
    must_be_plain_time("quiet_from", found)
    return found
