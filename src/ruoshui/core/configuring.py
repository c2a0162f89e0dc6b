"""The verb behind every settings page: change one thing people set up, on record."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models

from ruoshui.core.actors import Actor
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid
from ruoshui.core.remembering import forget
from ruoshui.core.statements import run
from ruoshui.core.verbs import verb

M = TypeVar("M", bound=models.Model)


@verb
def configure(thing: M, values: Mapping[str, Any], *, by: Actor, at: datetime) -> M:
    """Set `values` on a new or existing `thing`. Refuses with `Invalid`, naming each field, and with `NotAllowed`
    whoever may not set it up where it belongs, or where it is to belong.
    """
    # One setting at a time: what follows from one (all branches read anew, rights counted) touches rows of another,
    # and two at once could wait for each other.
    run("SELECT pg_advisory_xact_lock(hashtext('core.configure'))", [])
    if thing.pk is not None:
        thing = type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
        must_set_up(thing, by=by)
    changes = {}
    for name, value in values.items():
        before = getattr(thing, name) if thing.pk is not None else None
        if before != value or thing.pk is None:
            changes[name] = [_plain(before), _plain(value)]
            setattr(thing, name, value)
    try:
        thing.full_clean()
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    must_set_up(thing, by=by)
    thing.save()
    forget()
    if changes:
        record(Configured(what=thing._meta.label_lower, changes=changes), about=thing, by=by, at=at)
    return thing


def _plain(value: Any) -> Any:
    """What JSON can keep of a field's value: codes and ids, never a translated text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value
