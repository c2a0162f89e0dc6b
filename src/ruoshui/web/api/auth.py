"""Tokens and scopes."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from ruoshui.core.refusals import NotAllowed, Refusal
from ruoshui.core.statements import Prepared
from ruoshui.organization.actions.tokens import digest
from ruoshui.organization.models import ApiToken, Scope, Staff
from ruoshui.organization.rights import WhileRightsStand, rights_revision

_by_digest = Prepared(lambda digest: ApiToken.objects.filter(digest=digest).select_related("staff"), texts=("digest",))


_tokens: WhileRightsStand[ApiToken] = WhileRightsStand()


class ExpiredToken(Refusal):
    code, status = "token-expired", 401
    text = _("This token ended on {day}. Have a new one issued in the settings.")


class MissingScope(NotAllowed):
    code = "missing-scope"


class Token(HttpBearer):
    """`request.auth` becomes the token; it must carry `scope`."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found, now = known_token(token, rights_revision()), timezone.now()
        if found is not None and found.is_over(now):
            raise ExpiredToken(day=f"{timezone.localdate(found.expires_at):%Y-%m-%d}")
        if found is None or not found.is_valid(now):
            return None
        if self.scope not in found.scopes:
            request.auth = found  # type: ignore[attr-defined]  # whose it is, for the log
            raise MissingScope
        return found


def known_token(token: str, rights: int) -> ApiToken | None:
    """The token with its staff member and their roles, as of the rights' revision `rights`."""
    key = digest(token)

    def read() -> ApiToken | None:
        found = _by_digest.first(digest=key)
        if found is not None:
            found.staff.rights_at = rights
            found.staff.held_roles  # noqa: B018 read here, before it is shared
        return found

    return _tokens.get(key, rights, read)


def must_carry(request: HttpRequest, scope: Scope) -> None:
    """For an operation that does more than its own scope says, with some of what it may be sent."""
    if scope not in token_of(request).scopes:
        raise MissingScope


def token_of(request: HttpRequest) -> ApiToken:
    token = request.auth  # type: ignore[attr-defined]
    assert isinstance(token, ApiToken)
    return token


def staff_of(request: HttpRequest) -> Staff:
    """With whose rights the program acts."""
    return token_of(request).staff
