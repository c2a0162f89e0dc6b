"""Live updates: one NOTIFY a transaction, after it committed, with the topics that changed.

Only screens listen. A crash between commit and NOTIFY loses a refresh, never a fact, so this
may happen after the commit, where it does not slow other writers down.
"""

import json
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from ruoshui.core.statements import run

CHANNEL = "ruoshui_live"
FRESH = timedelta(hours=1)
TOPICS_AT_ONCE = 200  # of at most 30 bytes each


def announce(topics: Collection[str], at: datetime) -> None:
    """Tell the screens that follow any of `topics`. History is not announced."""
    if not topics or timezone.now() - at > FRESH:
        return
    waiting: set[str] | None = getattr(connection, "live_topics", None)
    if waiting is None:
        waiting = set()
        connection.live_topics = waiting  # type: ignore[attr-defined]
    if not any(getattr(hook[1], "is_live", False) for hook in connection.run_on_commit):
        waiting.clear()  # left over from a transaction that was rolled back
        transaction.on_commit(_send)
    waiting.update(topics)


def _send() -> None:
    topics: set[str] = getattr(connection, "live_topics", set())
    for some in batched(sorted(topics)):
        run("SELECT pg_notify(%s::text, %s::text)", [CHANNEL, json.dumps(some)])
    topics.clear()


def batched(topics: list[str]) -> Iterator[list[str]]:
    """PostgreSQL takes at most 8,000 bytes in one notification."""
    for begin in range(0, len(topics), TOPICS_AT_ONCE):
        yield topics[begin : begin + TOPICS_AT_ONCE]


_send.is_live = True  # type: ignore[attr-defined]
