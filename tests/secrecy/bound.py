"""Every table that leads to a case, found by itself, and a row of each that hangs on one secret case.

A new model joins when it has a key to one that is here already, or one of the fields that say “this case” without a
key. What cannot be filled from its fields alone says so in `SHAPES`, or the test fails.
"""

import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.organization.models import Unit

# Fields that point to a case, or to an event about one, without a key of the database.
GENERIC = ("case_id", "about_kind", "event")
ROWS = 3  # of each model at most: one for each of its states
NUMBERS = count(1)
Model = type[models.Model]


def bound_models() -> list[Model]:
    """Cases first, then what leads to them, nearest first: whatever a model needs is there before it."""
    found: list[Model] = [Case]
    while True:
        more = [
            model for model in apps.get_models(include_auto_created=True) if model not in found and _leads(model, found)
        ]
        if not more:
            return found
        found += [one for one in more if not _leads(one, [other for other in more if other is not one])] or more


def _leads(model: Model, to: list[Model]) -> bool:
    own = model._meta.concrete_fields
    keys = any(isinstance(field, models.ForeignKey) and field.related_model in to for field in own)
    return keys or (Case in to and any(field.name in GENERIC for field in own))


def marker_of(model: Model) -> str:
    """One word for each table: where it appears, words of that table appear."""
    return f"zq{bound_models().index(model):02}secret"


class Filler:
    """Puts rows into tables, of words alone: `rows` has them by model."""

    def __init__(self, case: Case, shapes: dict[str, list[dict[str, Any]]]) -> None:
        self.case, self.shapes = case, shapes
        self.rows: dict[Model, list[models.Model]] = {Case: [case]}

    def fill(self) -> None:
        for model in bound_models()[1:]:
            self.rows[model] = list(self._made(model)) or self._there(model)
            assert self.rows[model], f"How is {model._meta.label} filled? Say so in SHAPES."

    def _made(self, model: Model) -> Iterator[models.Model]:
        for shape in self.shapes.get(model._meta.label, [{}]):
            for state in self._states(model, shape)[:ROWS]:
                if row := self._row(model, shape | state):
                    yield row

    def _there(self, model: Model) -> list[models.Model]:
        """Only one may be, and the case was opened with it."""
        own = (field for field in model._meta.concrete_fields if field.related_model is Case)
        return [row for field in own for row in model._base_manager.filter(**{field.name: self.case})]

    def _states(self, model: Model, shape: dict[str, Any]) -> list[dict[str, Any]]:
        field = next((one for one in model._meta.concrete_fields if one.name == "state" and one.choices), None)
        return [{"state": code} for code, _label in field.choices or ()] if field and "state" not in shape else [{}]

    def _row(self, model: Model, shape: dict[str, Any]) -> models.Model | None:
        values = {name: value() if callable(value) else value for name, value in shape.items()}
        for field in model._meta.concrete_fields:
            if field.name not in values and not field.primary_key:
                made = self._value(model, field)
                if made is not None:
                    values[field.name] = made
        try:
            with transaction.atomic():
                return model._base_manager.create(**values)
        except IntegrityError:
            return None  # not every state can be had so simply; some of them must

    def _value(self, model: Model, field: models.Field) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._target(field)
        if field.name == "by_kind":
            return "system"
        if field.name in ("case_id", "about_id"):
            return self.case.pk
        if field.name == "about_kind":
            return "cases.case"
        if field.name in ("message_pk", "event", "closing"):
            return next(NUMBERS) + 10**9
        return _words(field, marker_of(model)) if _is_wordy(field) else _other(field)

    def _target(self, field: models.ForeignKey) -> models.Model | None:
        model = field.related_model
        if model in self.rows:
            return self.rows[model][0]
        if field.null:
            return None
        if model is Unit:
            return self.case.unit
        return model._base_manager.first()


def _is_wordy(field: models.Field) -> bool:
    if field.choices:
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField)


def _words(field: models.Field, marker: str) -> Any:
    if isinstance(field, models.JSONField) and field.default is list:
        return None  # of what, only SHAPES can say
    if isinstance(field, models.JSONField):
        return {"text": marker, "subject": marker, "number": marker}
    if isinstance(field, models.FileField):
        return ContentFile(marker.encode(), name=f"{marker}.txt")
    if isinstance(field, models.EmailField):
        return f"{marker}@example.com"
    if field.has_default() and field.default:
        return None
    unique = f"{marker}{next(NUMBERS)}" if field.unique or field.name in ("key", "digest") else marker
    return unique[: field.max_length] if field.max_length else unique


def _other(field: models.Field) -> Any:
    if field.has_default() or field.null:
        return None
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if field.choices:
        return field.choices[0][0]
    return 1 if isinstance(field, models.IntegerField) else None
