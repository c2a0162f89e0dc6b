"""One section of the settings: what it is called, holds and shows in the list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise

from ruoshui.web.studio.fields import CODES, LABELS, CodeOf, PrettyJSON, Several, dress


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: Promise | str
    icon: str
    model: type[models.Model]
    fields: tuple[str, ...]
    columns: tuple[tuple[Promise | str, Callable[[Any], Any]], ...]
    hint: Promise | str = ""
    detail: str = ""  # the name of a page about one of them, beside its form

    def form(self, *arguments: Any, **named: Any) -> forms.ModelForm:  # type: ignore[type-arg]
        classes: dict[str, type[forms.Field]] = {}
        for one in self.model._meta.fields:
            if isinstance(one, models.JSONField):
                classes[one.name] = PrettyJSON
            elif isinstance(one, ArrayField):
                classes[one.name] = Several
            elif isinstance(one, models.SlugField) and one.name in CODES:
                classes[one.name] = CodeOf
        made = forms.modelform_factory(self.model, fields=list(self.fields), field_classes=classes)(*arguments, **named)
        for name, field in made.fields.items():
            field.label = LABELS.get(name, field.label)
            dress(field)
        return made


def names_of(thing: Any) -> str:
    return str(thing.name)
