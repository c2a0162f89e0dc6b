"""Tokens and scopes."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from ruoshui.core.refusals import NotAllowed
from ruoshui.core.statements import Prepared
from ruoshui.organization.actions.tokens import digest
from ruoshui.organization.models import ApiToken, Scope, Staff
from ruoshui.organization.rights import WhileRightsStand, rights_revision

_by_digest = Prepared(lambda digest: ApiToken.objects.filter(digest=digest).select_related("staff"), texts=("digest",))


_tokens: WhileRightsStand[ApiToken] = WhileRightsStand()


class MissingScope(NotAllowed):
    code = "missing-scope"


class Token(HttpBearer):
    """`request.auth` becomes the token; it must carry `scope`."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = known_token(token, rights_revision())
        if found is None or not found.is_valid(timezone.now()):
            return None
        if self.scope not in found.scopes:
            raise MissingScope
        return found


def known_token(token: str, rights: int) -> ApiToken | None:
    """The token with its staff member and his roles, as of the rights' revision `rights`."""
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
