"""Who takes a seat in a joint group, and who is given one.

Steps of processes go to seats, and whoever has a task sees its case, a confidential one too.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.guarding import guards_settings
from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.guarding import must_hold, must_name, staff_behind
from ruoshui.organization.models import Permission, Reach
from ruoshui.processes.models import Seat


class NoSeatForOneself(NotAllowed):
    code = "no-seat-for-oneself"
    text = _("Nobody can give themselves a seat in a joint group. Ask another administrator to do it.")


@guards_settings
def refuse_seat(thing: models.Model, by: Actor) -> None:
    """A seat brings cases of the group's unit and all below it, as a role brings rights: nobody gives it to
    themselves, nor to anybody without the right to let people see confidential cases there.
    """
    staff = staff_behind(by)
    if staff is None or not isinstance(thing, Seat):
        return
    if thing.staff_id == staff.pk and not _sits_already(thing):
        raise NoSeatForOneself
    must_hold(staff, [Permission.CONFIDENTIAL], thing.group.unit, Reach.SUBTREE)
    if not _sits_already(thing):
        must_name(staff, thing.staff, thing.group.unit, Permission.PEOPLE)


def _sits_already(seat: Seat) -> bool:
    return Seat.objects.filter(pk=seat.pk or 0, group=seat.group_id, staff=seat.staff_id).exists()
