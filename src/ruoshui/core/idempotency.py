"""The same request sent twice is done once and answered twice."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from ruoshui.core.models import AnsweredRequest
from ruoshui.core.refusals import Refusal

FORMS = "form:"  # how the scopes of pages begin: theirs are kept for a day, those of programs for a week


class KeyReused(Refusal):
    code, status = "idempotency-key-reused", 422
    text = _("This idempotency key was used for a different request. Send a new key.")


def claim(scope: str, key: str, body: bytes, *, at: datetime) -> AnsweredRequest | None:
    """Claim the key inside the caller's transaction.

    None means it is ours: do the work, then `keep` the answer. Otherwise the earlier answer.
    A second request with the same key waits here until the first has committed or failed.
    """
    fingerprint = hashlib.sha256(body).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_answeredrequest (scope, key, fingerprint, status, at) VALUES (%s, %s, %s, 0, %s)"
            " ON CONFLICT (scope, key) DO NOTHING",
            [scope, key, fingerprint, at],
        )
        if cursor.rowcount == 1:
            return None
    earlier = AnsweredRequest.objects.get(scope=scope, key=key)
    if earlier.fingerprint != fingerprint:
        raise KeyReused
    return earlier


def keep(scope: str, key: str, *, status: int, body: Any) -> None:
    AnsweredRequest.objects.filter(scope=scope, key=key).update(status=status, body=body)


def release(scope: str, key: str) -> None:
    """What was claimed in this transaction is nobody's: it was refused, and may be asked for again."""
    AnsweredRequest.objects.filter(scope=scope, key=key).delete()


def sweep_answers(now: datetime) -> None:
    AnsweredRequest.objects.filter(at__lt=now - timedelta(days=7)).delete()
    AnsweredRequest.objects.filter(at__lt=now - timedelta(days=1), scope__startswith=FORMS).delete()
