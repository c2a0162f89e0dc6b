from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.events import PresenceChanged
from ruoshui.organization.models import Presence, Staff


@verb
def change_presence(staff: Staff, presence: Presence, *, by: Actor, at: datetime) -> Staff:
    """Say whether new work may come. Saying the same again changes nothing and records nothing."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    before = staff.presence
    if before != presence:
        staff.presence = presence
        staff.save(update_fields=["presence"])
        record(PresenceChanged(before=before, after=presence), about=staff, by=by, at=at)
    return staff
