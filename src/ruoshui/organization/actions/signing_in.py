"""Into the workspace by name and password."""

from datetime import datetime

from django.contrib.auth.hashers import make_password, verify_password

from ruoshui.organization.actions.trying import claim_try, forgive_try, tell_failure
from ruoshui.organization.browsers import known_mark
from ruoshui.organization.guessing import sign_in_tried
from ruoshui.organization.models import Staff

LONGEST_NAME, LONGEST_PASSWORD = 60, 1024
NOBODYS = "!"  # takes as long to compare as a real one


def enter(username: str, password: str, *, address: str, marks: str = "", at: datetime) -> Staff | None:
    """Who may sign in with these; None when they do not belong together.

    `marks` are those the browser was given by earlier sign-ins. Not one transaction: the try is counted first and stays
    counted whatever happens while the password is compared.
    """
    staff = _named(username)
    tried = sign_in_tried(username, address, known_mark(staff, marks) if staff is not None else "")
    claim_try(tried, at=at)
    try:
        right = _belongs(staff, password)
    except Exception:
        forgive_try(tried, at=at, succeeded=False)
        raise
    if staff is None or not right:
        tell_failure(tried, staff=staff, address=address, at=at)
        return None
    forgive_try(tried, at=at)
    return staff


def _named(username: str) -> Staff | None:
    name = username.strip()
    if len(name) > LONGEST_NAME or "\x00" in name:
        return None
    return Staff.objects.filter(username=name).first()


def _belongs(staff: Staff | None, password: str) -> bool:
    """Takes the same work for a name that nobody has. A hash of other strength is made again."""
    too_long = len(password) > LONGEST_PASSWORD
    usable = staff.password if staff is not None and not too_long else NOBODYS
    right, old = verify_password(password[:LONGEST_PASSWORD], usable)
    if staff is None or not right or not staff.is_active:
        return False
    if old:
        fresh = make_password(password)
        Staff.objects.filter(pk=staff.pk, password=staff.password).update(password=fresh)
        staff.password = fresh
    return True
