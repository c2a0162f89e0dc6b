"""Into the workspace by name and password."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password, verify_password
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.organization.actions.trying import claim_try, forgive_try, tell_failure
from ruoshui.organization.browsers import known_mark
from ruoshui.organization.guessing import Tried, confirming_tried, sign_in_tried
from ruoshui.organization.models import Staff

LONGEST_NAME, LONGEST_PASSWORD = 60, 1024
NOBODYS = "!"  # takes as long to compare as a real one
ONE_TIME_LASTS = timedelta(days=7)


class OneTimePasswordOver(Refusal):
    code, status = "one-time-password-over", 403
    text = _("This one-time password was good for {days} days. Ask an administrator for a new one.")


class NotYourPassword(Refusal):
    code, status = "not-your-password", 422
    text = _("This is not your current password. Type it as you did when you signed in.")


def enter(username: str, password: str, *, address: str, marks: str = "", at: datetime) -> Staff | None:
    """Who may sign in with these; None when they do not belong together.

    `marks` are those the browser was given by earlier sign-ins. Not one transaction: the try is counted first and stays
    counted whatever happens while the password is compared.
    """
    staff = _named(username)
    tried = sign_in_tried(username, address, known_mark(staff, marks) if staff is not None else "")
    claim_try(tried, at=at)
    right = _counted(staff, password, tried, at)
    if staff is None or not right:
        tell_failure(tried, staff=staff, address=address, at=at)
        return None
    forgive_try(tried, at=at)
    if staff.must_change_password and at - staff.password_set_at > ONE_TIME_LASTS:
        raise OneTimePasswordOver(days=ONE_TIME_LASTS.days)
    return staff


def confirm(staff: Staff, password: str, *, at: datetime) -> bool:
    """Is it really the person who is signed in? Wrong ones count: whoever finds a screen unlocked has a few tries."""
    tried = confirming_tried(staff.pk)
    claim_try(tried, at=at)
    if not _counted(staff, password, tried, at):
        return False
    forgive_try(tried, at=at)
    return True


def _named(username: str) -> Staff | None:
    name = username.strip()
    if len(name) > LONGEST_NAME or "\x00" in name:
        return None
    return Staff.objects.filter(username=name).first()


def _counted(staff: Staff | None, password: str, tried: list[Tried], at: datetime) -> bool:
    """A try that could not be looked at does not count."""
    try:
        return _belongs(staff, password)
    except Exception:
        forgive_try(tried, at=at, succeeded=False)
        raise


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
