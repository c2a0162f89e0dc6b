"""The password of the demo accounts: known to everybody, so it fails the rules. For this machine only."""

from datetime import datetime

from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.events import PasswordChanged
from ruoshui.organization.models import Staff

KNOWN = "ruoshui-demo"


@verb
def give_known_password(staff: Staff, *, at: datetime) -> None:
    """The one way around the rules of passwords."""
    staff.set_password(KNOWN)
    staff.password_set_at = at
    staff.save(update_fields=["password", "password_set_at"])
    record(PasswordChanged(is_one_time=False, tokens=0), about=staff, by=SYSTEM, at=at)
