"""Whose telephone an extension is: nobody of another unit is named without being asked."""

from django.db import models

from ruoshui.channels.models import Extension
from ruoshui.core.actors import Actor
from ruoshui.core.guarding import guards_settings
from ruoshui.organization.guarding import must_name, staff_behind
from ruoshui.organization.models import Permission


@guards_settings
def refuse_extension(thing: models.Model, by: Actor) -> None:
    """Calls of the exchange are shown to whom an extension belongs, and they call with one click."""
    staff = staff_behind(by)
    if staff is None or not isinstance(thing, Extension):
        return
    if not Extension.objects.filter(pk=thing.pk or 0, exchange=thing.exchange_id, staff=thing.staff_id).exists():
        must_name(staff, thing.staff, thing.exchange.unit, Permission.SECURITY)
