"""Creates with an idempotency key: the work and the answer to it commit together.

The answer is repeated to whoever may still do all that they might when it was given first: it can hold the code of a
case, and it is kept for a week.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Schema

from ruoshui.core.idempotency import claim, keep
from ruoshui.core.refusals import Refusal
from ruoshui.organization.models import Staff
from ruoshui.web.api.auth import staff_of, token_of

CREATED = 201


MOST_SCOPE = 80


class NotRepeated(Refusal):
    code = "answer-not-repeated"
    text = _(
        "This was done when it was asked for first. The answer is not repeated, because the token’s owner has lost "
        "rights since then."
    )


def _scope(token: int, path: str) -> str:
    """As it stands, so that it can be read; a path that is too long to be kept by its fingerprint."""
    plain = f"token:{token}:{path}"
    return plain if len(plain) <= MOST_SCOPE else f"token:{token}:{hashlib.sha256(path.encode()).hexdigest()[:40]}"


def _rights(staff: Staff) -> list[str]:
    """Each right, where it is held, and whether below that unit too."""
    return sorted(
        f"{right}@{held.unit_id}:{held.role.reach}" for held in staff.held_roles for right in held.role.permissions
    )


def once(request: HttpRequest, key: str | None, work: Callable[[], Schema]) -> tuple[int, Any]:
    """Do `work` and answer 201; a repetition of the same key and body gets the first answer."""
    if not key:
        return CREATED, work()
    with transaction.atomic():
        scope = _scope(token_of(request).pk, request.path)
        earlier = claim(scope, key, request.body, at=timezone.now())
        rights = _rights(staff_of(request))
        if earlier is not None:
            kept: dict[str, Any] = earlier.body or {}
            if not set(kept.get("rights", [None])) <= set(rights):
                raise NotRepeated
            return earlier.status, kept["answer"]
        answer = work().model_dump(mode="json")
        keep(scope, key, status=CREATED, body={"rights": rights, "answer": answer})
        return CREATED, answer
