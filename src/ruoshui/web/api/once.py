"""Creates with an idempotency key: the work and the answer to it commit together."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema

from ruoshui.core.idempotency import claim, keep
from ruoshui.web.api.auth import token_of

CREATED = 201


MOST_SCOPE = 80


def _scope(token: int, path: str) -> str:
    """As it stands, so that it can be read; a path that is too long to be kept by its fingerprint."""
    plain = f"token:{token}:{path}"
    return plain if len(plain) <= MOST_SCOPE else f"token:{token}:{hashlib.sha256(path.encode()).hexdigest()[:40]}"


def once(request: HttpRequest, key: str | None, work: Callable[[], Schema]) -> tuple[int, Any]:
    """Do `work` and answer 201; a repetition of the same key and body gets the first answer."""
    if not key:
        return CREATED, work()
    with transaction.atomic():
        scope = _scope(token_of(request).pk, request.path)
        earlier = claim(scope, key, request.body, at=timezone.now())
        if earlier is not None:
            return earlier.status, earlier.body
        answer = work().model_dump(mode="json")
        keep(scope, key, status=CREATED, body=answer)
        return CREATED, answer
