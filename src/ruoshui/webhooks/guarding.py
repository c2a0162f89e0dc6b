"""What a webhook may not be given by whoever only looks after the channels of one unit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.guarding import guards_settings
from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.guarding import staff_behind
from ruoshui.organization.models import Permission
from ruoshui.webhooks.models import Subscription


class TellsConfidential(NotAllowed):
    code = "tells-confidential"
    text = _("A webhook tells of confidential cases only if whoever sets it up may see them.")


class CallsInside(NotAllowed):
    code = "calls-inside"
    text = _("Ask whoever looks after the security of the whole organisation: only they allow addresses inside.")


@guards_settings
def refuse_more_than_ones_own(thing: models.Model, by: Actor) -> None:
    staff = staff_behind(by) if isinstance(thing, Subscription) else None
    if staff is None or not isinstance(thing, Subscription):
        return
    seen = staff.sees_everything(Permission.CONFIDENTIAL)
    if thing.confidential and not (seen or (thing.unit and staff.may(Permission.CONFIDENTIAL, thing.unit))):
        raise TellsConfidential
    if thing.may_be_inside and not staff.sees_everything(Permission.SECURITY):
        raise CallsInside
