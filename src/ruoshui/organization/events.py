from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("organization.unit_moved")
@dataclass(frozen=True, kw_only=True)
class UnitMoved(Event):
    from_parent: int | None
    to_parent: int | None
    sentence = _("moved the unit in the organisation")
    icon = "arrows-move"


@register("organization.presence_changed")
@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Event):
    before: str
    after: str
    sentence = _("changed presence from {before} to {after}")
    icon = "user-check"


@register("organization.absence_registered")
@dataclass(frozen=True, kw_only=True)
class AbsenceRegistered(Event):
    absence: int
    deputy: int | None
    sentence = _("registered an absence")
    icon = "beach"


@register("organization.token_issued")
@dataclass(frozen=True, kw_only=True)
class TokenIssued(Event):
    token: int
    scopes: list[str]
    sentence = _("issued an API token")
    icon = "key"


@register("organization.token_revoked")
@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    token: int
    sentence = _("revoked an API token")
    icon = "key-off"


@register("organization.token_ending")
@dataclass(frozen=True, kw_only=True)
class TokenEnding(Event):
    """Told two weeks before, once."""

    token: int
    name: str
    until: str
    sentence = _("the API token “{name}” ends soon")
    icon = "key"


@register("organization.token_expired")
@dataclass(frozen=True, kw_only=True)
class TokenExpired(Event):
    token: int
    name: str
    sentence = _("the API token “{name}” ended, its time was over")
    icon = "key-off"


@register("organization.signed_in")
@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    address: str
    browser: str
    sentence = _("signed in from {address} ({browser})")
    icon = "login"
    personal = ("address", "browser")


@register("organization.signed_out")
@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """`end` is a `SessionEnd`."""

    end: str
    sentence = _("a session ended: {end}")
    icon = "logout"


@register("organization.sign_in_failed")
@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """`count` wrong passwords since the last such event; `seconds`: how long the next try must wait."""

    count: int
    address: str
    seconds: int
    sentence = _("counted wrong passwords: {count}, last from {address}")
    icon = "lock-x"
    personal = ("address",)


@register("organization.guessing_slowed")
@dataclass(frozen=True, kw_only=True)
class GuessingSlowed(Event):
    """A network tried so often that it has to wait. About its count of failures."""

    door: str
    network: str
    count: int
    seconds: int
    sentence = _("lets {network} wait {seconds} seconds after too many wrong tries")
    icon = "hourglass"
    personal = ("network",)


@register("organization.password_changed")
@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """`is_one_time`: chosen by somebody else. `tokens`: API tokens that ended with it."""

    is_one_time: bool
    tokens: int
    sentence = _("changed the password")
    icon = "lock"
