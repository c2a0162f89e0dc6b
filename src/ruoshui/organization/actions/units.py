from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import record
from ruoshui.core.refusals import Refusal
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.organization.events import UnitMoved
from ruoshui.organization.guarding import must_move, staff_behind
from ruoshui.organization.models import Calendar, Unit


class UnitUnderItself(Refusal):
    code = "unit-under-itself"
    text = _("A unit cannot belong to itself or to a unit below it. Choose another one.")


@verb
def add_unit(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    parent: Unit | None,
    calendar: Calendar | None = None,
    by: Actor,
    at: datetime,
) -> Unit:
    values = {"code": code, "name_zh": name_zh, "name_en": name_en, "parent": parent, "calendar": calendar}
    # Until its own id is known: who reaches down from the parent reaches it, who reaches the parent alone does not.
    unit = configure(Unit(path=f"{parent.path}0/" if parent else ""), values, by=by, at=at)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


@verb
def move_unit(unit: Unit, *, to: Unit | None, by: Actor, at: datetime) -> Unit:
    """Hang the unit and all below it under another one."""
    locked = {
        u.pk: u
        for u in Unit.objects.select_for_update().order_by("pk").filter(pk__in=[unit.pk, *([to.pk] if to else [])])
    }
    unit, to = locked[unit.pk], locked[to.pk] if to else None
    if to is not None and to.is_within(unit):
        raise UnitUnderItself
    if (staff := staff_behind(by)) is not None:
        must_move(staff, unit, to)
    before, old_parent = unit.path, unit.parent_id
    after = f"{to.path if to else '/'}{unit.pk}/"
    Unit.objects.filter(path__startswith=before).update(path=Concat(Value(after), Substr(F("path"), len(before) + 1)))
    Unit.objects.filter(pk=unit.pk).update(parent=to)
    unit.refresh_from_db()
    forget()
    record(UnitMoved(from_parent=old_parent, to_parent=to.pk if to else None), about=unit, by=by, at=at)
    return unit
