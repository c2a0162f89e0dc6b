"""Who was refused what for lack of rights: one line in the log each, so that trying doors is seen.

What is not theirs to see is answered like what is not there; such answers stand in the log by their address alone.
"""

import logging

from django.http import HttpRequest

from ruoshui.core.refusals import Refusal
from ruoshui.organization.models import ApiToken, Staff

log = logging.getLogger(__name__)


def note_refusal(request: HttpRequest, refusal: Refusal) -> None:
    if refusal.status != 403:
        return
    who = _who(request)
    log.warning("refused %s: %s %s (%s)", who, request.method, request.path, refusal.code)


def _who(request: HttpRequest) -> str:
    token = getattr(request, "auth", None)
    if isinstance(token, ApiToken):
        return f"a token of {token.staff.username}"
    user = getattr(request, "user", None)
    return user.username if isinstance(user, Staff) else "a visitor"
