"""The words of notices: which placeholders each moment has, and what they become."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from ruoshui.core.naming import Blank

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ALWAYS = ("customer", "unit")
OF_A_CASE = ("number", "subject", "type", "link")
OF_A_MOMENT = {
    "survey": ("survey",),
    "appointment": ("branch", "business", "time", "code", "link"),
}


def placeholders_of(moment: str) -> tuple[str, ...]:
    if moment == "appointment":
        return ALWAYS + OF_A_MOMENT[moment]
    if moment == "by_hand":
        return ALWAYS
    return ALWAYS + OF_A_CASE + OF_A_MOMENT.get(moment, ())


def check_words(text: str, moment: str) -> str:
    """What is wrong with the placeholders; empty when nothing is."""
    known = placeholders_of(moment)
    unknown = [name for name in PLACEHOLDER.findall(text) if name not in known]
    rest = PLACEHOLDER.sub("", text)
    if unknown:
        told = ", ".join(f"{{{name}}}" for name in known)
        return _("{{{name}}} is not known at this moment. There are: {known}.").format(name=unknown[0], known=told)
    if "{" in rest or "}" in rest:
        return _("A curly bracket stands alone. Placeholders look like {customer}.")
    return ""


def filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(Blank(values))
