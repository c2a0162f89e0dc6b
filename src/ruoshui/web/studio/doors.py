"""Doors of the settings: what somebody finds there, and what they may change of it.

What is changed is checked once more by the verb itself, where the thing belongs: no view can forget it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest

from ruoshui.channels.models import Exchange
from ruoshui.core.refusals import NotFound, Refusal
from ruoshui.organization.guarding import may_set_up, seen_in_settings, to_be_named
from ruoshui.organization.models import Staff, Team, Unit
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.processes.models import JointGroup
from ruoshui.web.access import P, View, needs, staff_of

M = TypeVar("M", bound=models.Model)
BY_UNIT = (Unit, Team, JointGroup, Exchange)  # of these one chooses only where one holds the right of the page


def sets_up(model: type[models.Model]) -> Callable[[View[P]], View[P]]:
    """For a view: only who may set up such things somewhere comes in. What they find there is theirs alone."""
    return needs(BELONGING[model].right)


def found_setting(staff: Staff, model: type[M], **named: Any) -> M:
    """One thing of the settings; for whoever does not look after its unit it does not exist."""
    found = seen_in_settings(staff, model).filter(**named).first()
    if found is None:
        raise NotFound
    return found


def own_setting(staff: Staff, model: type[M], **named: Any) -> M:
    """One they may change, too: for what has secrets, or tells of the work of every unit."""
    found = found_setting(staff, model, **named)
    if not may_set_up(staff, found):
        raise NotFound
    return found


def own_units(staff: Staff, model: type[models.Model]) -> "models.QuerySet[Unit]":
    """The units in use where such a thing may be set up."""
    right = BELONGING[model].right
    units = Unit.objects.filter(is_active=True)
    return units if staff.sees_everything(right) else units.filter(pk__in=staff.units_with(right))


def page_of(request: HttpRequest, here: str, about: models.Model | type[models.Model], **more: Any) -> dict[str, Any]:
    """The frame of a page of the settings; `may_change` False shows it all and lets nothing be changed."""
    staff = staff_of(request)
    if isinstance(about, models.Model) and about.pk is not None:
        may_change = may_set_up(staff, about)
    else:
        model = about if isinstance(about, type) else type(about)
        belonging = BELONGING[model]
        may_change = staff.may(belonging.right) if belonging.path else staff.sees_everything(belonging.right)
    return {"here": here, "place": "settings", "may_change": may_change, **more}


def narrow(form: "forms.ModelForm[Any]", staff: Staff, model: type[models.Model]) -> None:
    """Let a form offer the units one looks after, what belongs to them and who works there; and what is chosen now."""
    right = BELONGING[model].right
    if staff.sees_everything(right):
        return
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            choices = field.queryset
            if choices is not None and choices.model in BY_UNIT:
                field.queryset = choices.filter(BELONGING[choices.model].within(staff.units_with(right)))
            elif choices is not None and choices.model is Staff:
                now = getattr(form.instance, "staff_id", None) or 0
                field.queryset = choices.filter(models.Q(pk__in=to_be_named(staff, right)) | models.Q(pk=now))


def tell(request: HttpRequest, refusal: Refusal) -> None:
    """Shown on the page they came from; what is not theirs at all ends here."""
    if refusal.status in (403, 404):
        raise refusal
    messages.error(request, str(refusal))
