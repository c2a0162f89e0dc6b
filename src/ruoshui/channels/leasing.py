"""One watcher at a time for what has to be watched: a mailbox, a telephone exchange."""

from datetime import timedelta
from typing import TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

LEASE = timedelta(seconds=180)
W = TypeVar("W", bound="Watched")


class Watched(models.Model):
    """`watched_by` has it until `watched_until`; `looked_at` when it was last well, `trouble` what is wrong since."""

    watched_by = models.CharField(max_length=40, blank=True, editable=False)
    watched_until = models.DateTimeField(null=True, editable=False)
    looked_at = models.DateTimeField(null=True, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True


def leased(kind: type[W], code: str, me: str, lease: timedelta = LEASE) -> W | None:
    """The thing of this code, when nobody else watches it; ours until the lease ends."""
    now = timezone.now()
    free = Q(watched_by=me) | Q(watched_until__isnull=True) | Q(watched_until__lt=now)
    taken = kind._default_manager.filter(free, code=code, is_active=True).update(
        watched_by=me, watched_until=now + lease
    )
    return kind._default_manager.filter(code=code).first() if taken else None
