import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.verbs import verb
from ruoshui.organization.events import TokenEnding, TokenExpired, TokenIssued, TokenRevoked
from ruoshui.organization.guarding import must_issue, staff_behind
from ruoshui.organization.models import ApiToken, Scope, Staff

LASTS, LONGEST = timedelta(days=90), timedelta(days=365)
WARNS_BEFORE = timedelta(days=14)
SWEPT_AT_ONCE = 500


class UnknownScope(Refusal):
    code, status = "unknown-scope", 422
    text = _("There is no scope {scope}. Choose from the list.")


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@verb
def issue_token(
    staff: Staff,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> tuple[ApiToken, str]:
    """The token and its secret. The secret is shown once: only its hash is kept. It ends after 90 days, if nothing
    else is said, and after a year at most.
    """
    wanted, ends = list(scopes), expires_at or at + LASTS
    if not at < ends <= at + LONGEST:
        raise Invalid({"expires_at": [_("Choose an end within the next {days} days.").format(days=LONGEST.days)]})
    if (issuer := staff_behind(by)) is not None:
        must_issue(issuer, staff)
    for scope in wanted:
        if scope not in Scope.values:
            raise UnknownScope(scope=scope)
    secret = f"rs_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name, staff=staff, digest=digest(secret), scopes=wanted, expires_at=ends, created_at=at
    )
    record(TokenIssued(token=token.pk, scopes=wanted), about=staff, by=by, at=at)
    return token, secret


@verb
def revoke_token(token: ApiToken, *, by: Actor, at: datetime) -> None:
    """One's own, or one of the units whose tokens one looks after."""
    if by != token.staff.actor:
        must_set_up(token, by=by)
    end_token(token, by=by, at=at)


def end_token(token: ApiToken, *, by: Actor, at: datetime) -> None:
    """Asks for no right: a token ends with its owner's password too, whoever changed that."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(TokenRevoked(token=token.pk), about=token.staff, by=by, at=at)


@verb
def sweep_tokens(*, at: datetime) -> int:
    """Once for each: puts on record that it will end soon, and that it has ended."""
    live = ApiToken.objects.filter(revoked_at=None).select_related("staff").order_by("pk")
    soon = live.filter(warned_at=None, expired_at=None, expires_at__gt=at, expires_at__lte=at + WARNS_BEFORE)
    over = live.filter(expired_at=None, expires_at__lte=at)
    ending = list(soon.select_for_update(skip_locked=True, of=("self",))[:SWEPT_AT_ONCE])
    for token in ending:
        token.warned_at = at
        token.save(update_fields=["warned_at"])
        told = TokenEnding(token=token.pk, name=token.name, until=token.expires_at.isoformat())
        record(told, about=token.staff, by=SYSTEM, at=at)
    ended = list(over.select_for_update(skip_locked=True, of=("self",))[:SWEPT_AT_ONCE])
    for token in ended:
        token.expired_at = at
        token.save(update_fields=["expired_at"])
        record(TokenExpired(token=token.pk, name=token.name), about=token.staff, by=SYSTEM, at=at)
    return len(ending) + len(ended)
