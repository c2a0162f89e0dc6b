"""Fields of the settings that Django's own forms do not know, and our look for all of them."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.core.plain_json import NotPlain, read_json


class PrettyJSON(forms.JSONField):
    """One thing a line, so that a person can edit it."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        try:
            return read_json(value)
        except NotPlain as wrong:
            raise forms.ValidationError(f"{wrong.field}: {wrong.why}" if wrong.place else str(wrong.why)) from wrong

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was typed is shown again as it was typed: Django would read it first, and thousands of [ end it."""
        return super().bound_data(data, initial) if self.disabled else data

    def prepare_value(self, value: Any) -> Any:
        if value is None:
            return ""  # nothing is there yet: no word of a program stands for it
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


class CodeOf(forms.ChoiceField):
    """The code of a case type: assets know no case types, so that the field is no link."""

    def __init__(self, *, max_length: int | None = None, allow_unicode: bool = False, **more: Any) -> None:
        super().__init__(choices=self._types, **more)

    @staticmethod
    def _types() -> list[tuple[str, str]]:
        return [("", "—"), *((one.code, one.name) for one in CaseType.objects.filter(is_active=True))]


CODES = ("defect_type", "type")

# Names that the models leave to Django, which would show them in English.
LABELS = {"code": _("Code"), "group": _("Joint group"), "permissions": _("Permissions"), "reach": _("Reach")}


class Several(forms.MultipleChoiceField):
    """Any of the choices that a list may hold, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, base_field: Any, max_length: int | None = None, **more: Any) -> None:
        super().__init__(choices=[one for one in base_field.choices if one[0]], **more)


def dress(field: forms.Field) -> None:
    """Our look, and Priority as a choice wherever it is asked."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.CheckboxSelectMultiple):
        widget.attrs["class"] = "check-list"
    elif isinstance(widget, forms.Select):
        widget.attrs["class"] = "form-select"
    else:
        widget.attrs["class"] = "form-control"
    if isinstance(field, forms.JSONField):
        widget.attrs |= {"class": "form-control code", "rows": 14, "spellcheck": "false"}
    elif isinstance(widget, forms.Textarea):
        widget.attrs["rows"] = 4
