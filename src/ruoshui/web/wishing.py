"""How a customer wants to be told things, as a form: the same at the desk and on his own page."""

from datetime import time
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from ruoshui.core.refusals import Invalid
from ruoshui.customers.models import Customer, Way, Wish


def shown_wish(customer: Customer) -> dict[str, Any]:
    wish = Wish.objects.filter(customer=customer).first() or Wish(customer=customer)
    first = wish.order[0] if wish.order else ""
    return {"wish": wish, "first_way": first, "ways": [(way, way.label, way not in wish.refused) for way in Way]}


def wishes_in(posted: QueryDict) -> dict[str, Any]:
    """`first`: the way he likes best; `allowed`: all that may be used."""
    allowed = [way for way in posted.getlist("allowed") if way in Way.values]
    first = posted.get("first", "")
    if first and first not in allowed:
        raise Invalid({"first": [_("The way you like best must be one that we may use.")]})
    return {
        "order": [first] if first else [],
        "refused": [way.value for way in Way if way.value not in allowed],
        "optional": "optional" in posted,
        "quiet_from": _time(posted.get("quiet_from", "")),
        "quiet_until": _time(posted.get("quiet_until", "")),
    }


def _time(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Invalid({"quiet_from": [_("Enter a time like 21:00.")]}) from wrong
