"""What people are told about their own accounts, by mail too: whoever did not do it themselves must hear of it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.reactions import Happened, at_once
from ruoshui.notices.actions import tell_staff
from ruoshui.notices.sentences import Sentence, say_of
from ruoshui.organization.events import PasswordChanged, TokenEnding
from ruoshui.organization.models import Permission, Staff

# icons: lock, key
CHANGED, GIVEN = "organization.password_changed", "organization.password_given"
ENDING = "organization.token_ending"

for kind, sentence in {
    CHANGED: Sentence(
        _("Your password was changed on {changed_at}. If it was not you, tell an administrator at once."), icon="lock"
    ),
    GIVEN: Sentence(
        _("{who} gave you a one-time password on {changed_at}. Sign in with it and choose your own."), icon="lock"
    ),
    ENDING: Sentence(
        _("The API token “{name}” of {who} ends on {ends_at}. Have a new one issued for its program before."),
        _("{count} API tokens end soon, the first is “{name}” of {who} on {ends_at}. Have new ones issued before."),
        icon="key",
    ),
}.items():
    say_of(kind, sentence)


@at_once(PasswordChanged)
def tell_staff_on_password_changed(event: PasswordChanged, happened: Happened) -> None:
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


@at_once(TokenEnding)
def tell_staff_on_token_ending(event: TokenEnding, happened: Happened) -> None:
    owner = happened.about
    if not isinstance(owner, Staff):
        return
    told = {"name": event.name, "who": [owner.name_zh, owner.name_en], "ends_at": event.until}
    tell_staff(_who_renews(owner), ENDING, told, about=owner, by_mail=True, at=happened.at)


def _who_renews(owner: Staff) -> list[Staff]:
    """The owner; of a service account, which reads nothing, those who look after the tokens of its unit."""
    if not owner.is_service:
        return [owner]
    hold = Staff.objects.filter(
        is_active=True, is_service=False, memberships__role__permissions__contains=[Permission.SECURITY]
    )
    return [staff for staff in hold.distinct() if staff.may(Permission.SECURITY, owner.unit)]
