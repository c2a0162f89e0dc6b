"""A proxy in front that nobody told us of: all who come through it look like one. No models and no views."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from ruoshui.web.addresses import NetworkPlace, believed, place_of

log = logging.getLogger(__name__)
EVERY = 3600.0
SEEN = "forwarded-seen"  # in the data folder: the doctor is another process
_told = float("-inf")


def asker_of(scope: Mapping[str, Any]) -> str:
    """Who asks, as far as it can be believed, of a request that the event loop has."""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return believed((scope.get("client") or [""])[0], forwarded.decode("latin1"))


def note_forwarded(direct: str, forwarded: str) -> None:
    """Says so once an hour when a proxy names addresses that we were not told to believe."""
    global _told
    if settings.PROXIES or not forwarded or time.monotonic() - _told < EVERY:
        return
    # Anybody may send the header; it is a proxy's where only a proxy can be.
    if not settings.SECURE and place_of(direct) != NetworkPlace.OWN:
        return
    _told = time.monotonic()
    log.warning(
        "X-Forwarded-For came, but RUOSHUI_PROXIES is 0: everybody behind the proxy counts as %s. "
        "Set RUOSHUI_PROXIES to the number of your proxies that write this header.",
        direct,
    )
    try:
        seen = Path(settings.DATA) / SEEN
        seen.parent.mkdir(parents=True, exist_ok=True)
        seen.touch()
    except OSError:
        log.warning("cannot write %s", seen)


def last_seen() -> float | None:
    """When it was last noted, in seconds of the epoch."""
    try:
        return (Path(settings.DATA) / SEEN).stat().st_mtime
    except OSError:
        return None
