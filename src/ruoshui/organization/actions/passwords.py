"""Passwords: one's own by oneself, or a one-time password by somebody who may give it."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid
from ruoshui.core.statements import bring_up_to_date
from ruoshui.core.verbs import verb
from ruoshui.organization.actions.sessions import end_sessions
from ruoshui.organization.actions.signing_in import NotYourPassword, confirm
from ruoshui.organization.actions.tokens import end_token
from ruoshui.organization.actions.trying import forget_failures
from ruoshui.organization.events import PasswordChanged
from ruoshui.organization.models import SessionEnd, Staff
from ruoshui.organization.passwords import check_password
from ruoshui.organization.refusals import ServiceAccount


@verb
def change_password(staff: Staff, password: str, *, keeping: str = "", by: Actor, at: datetime) -> Staff:
    """Ends what hangs on the old one: sessions, calendar feeds, known browsers and API tokens.

    One's own, or that of somebody of one's units who may do no more. Chosen by another staff member it is good for one
    sign-in, at which its owner chooses a new one. The event says that it was changed, never to what.
    `keeping`: the key of the session in which its owner does this.
    """
    bring_up_to_date(staff, Staff.objects.select_for_update(of=("self",)).select_related("unit").get(pk=staff.pk))
    if by != staff.actor:
        must_set_up(staff, by=by)
    if staff.is_service:
        raise ServiceAccount(name=staff.name)
    check_password(password, staff)
    staff.set_password(password)
    staff.password_set_at = at
    staff.must_change_password = by.is_staff and by != staff.actor
    staff.save(update_fields=["password", "password_set_at", "must_change_password"])
    tokens = list(staff.tokens.filter(revoked_at=None))
    for token in tokens:
        end_token(token, by=by, at=at)
    end_sessions(staff, SessionEnd.PASSWORD, keeping=keeping, by=by, at=at)
    forget_failures(staff, at=at)
    told = PasswordChanged(is_one_time=staff.must_change_password, tokens=len(tokens))
    record(told, about=staff, by=by, at=at)
    return staff


def change_own_password(staff: Staff, old: str, new: str, again: str, *, keeping: str = "", at: datetime) -> Staff:
    """Refuses with `Invalid` at `old`, `password` or `again`; wrong old ones count, `TooManyFailures`."""
    if not confirm(staff, old, at=at):
        raise Invalid({"old": [str(NotYourPassword.text)]})
    if new == old:
        raise Invalid({"password": [_("This is your current password. Choose another one.")]})
    if new != again:
        raise Invalid({"again": [_("The two are not the same. Type the new password twice.")]})
    return change_password(staff, new, keeping=keeping, by=staff.actor, at=at)
