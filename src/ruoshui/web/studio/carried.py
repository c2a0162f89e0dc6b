"""A form of the settings changes what it carries: an old page, or a part of one, empties and unticks nothing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from ruoshui.core.typed import ticked


def carried(posted: QueryDict, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` whose fields were sent; boxes are named in `carries`, for an empty one sends nothing."""
    return {name: value for name, value in values.items() if name in posted or ticked(posted, name) is not None}


def completed(posted: QueryDict, blank: "forms.ModelForm[Any]") -> QueryDict:
    """What was sent, and for fields that were not what the thing (or a new one) holds; `blank` is its form unsent."""
    whole = posted.copy()
    for name in blank.fields:
        if name in posted or ticked(posted, name) is not None:
            continue
        value = blank[name].value()
        if isinstance(value, list | tuple):
            whole.setlist(name, [str(one) for one in value])
        elif value not in (None, "", False):
            whole[name] = "on" if value is True else str(value)
    return whole


def use(posted: QueryDict) -> dict[str, bool]:
    """`is_active`, where the form had that box."""
    in_use = ticked(posted, "is_active")
    if in_use is None and "is_active" in posted:
        in_use = True
    return {} if in_use is None else {"is_active": in_use}
