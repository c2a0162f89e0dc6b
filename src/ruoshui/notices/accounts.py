"""What people are told about their own accounts, by mail too: whoever did not do it themselves must hear of it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.reactions import Happened, at_once
from ruoshui.notices.actions import tell_staff
from ruoshui.notices.sentences import Sentence, say_of
from ruoshui.organization.events import PasswordChanged
from ruoshui.organization.models import Staff

# icons: lock, key
CHANGED, GIVEN = "organization.password_changed", "organization.password_given"

for kind, sentence in {
    CHANGED: Sentence(
        _("Your password was changed on {changed_at}. If it was not you, tell an administrator at once."), icon="lock"
    ),
    GIVEN: Sentence(
        _("{who} gave you a one-time password on {changed_at}. Sign in with it and choose your own."), icon="lock"
    ),
}.items():
    say_of(kind, sentence)


@at_once(PasswordChanged)
def tell_of_password(event: PasswordChanged, happened: Happened) -> None:
    staff, by = happened.about, happened.recorded.by
    if not isinstance(staff, Staff) or not by.is_staff:
        return
    who = Staff.objects.get(pk=by.id or 0)
    told = {"changed_at": happened.at.isoformat(), "who": [who.name_zh, who.name_en]}
    tell_staff(
        [staff],
        GIVEN if event.is_one_time else CHANGED,
        told,
        about=staff,
        is_urgent=True,
        by_mail=True,
        at=happened.at,
    )
