"""Rounds of a worker that nothing ends: whatever fails is tried again, after pauses that grow to a few seconds."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from ruoshui.core.pulses import Pulses

log = logging.getLogger(__name__)
LONGEST_PAUSE = 5.0  # after a fault: what was away is used again within seconds of being back


def grown(pause: float) -> float:
    return min(2 * pause, LONGEST_PAUSE)


def go_rounds(
    name: str, every: float, work: Callable[[datetime], object], stopping: threading.Event, pulses: Pulses
) -> None:
    """Until told to stop. The first round is at once."""
    pause = min(every, 0.5)
    while not stopping.is_set():
        try:
            now = timezone.now()
            work(now)
            pulses.beat(name, every, now)
            pause = min(every, 0.5)
            wait = every
        except Exception:
            log.exception("%s: it will be tried again", name)
            wait = pause = grown(pause)
        finally:
            give_back()
        stopping.wait(wait)


def give_back() -> None:
    """This thread's connection, whatever state it is in."""
    with suppress(Exception):
        close_old_connections()


def keep_running(name: str, work: Callable[[], object], stopping: threading.Event) -> None:
    """What runs until told to stop is begun again when it fails."""
    pause = 0.5
    while not stopping.is_set():
        try:
            work()
            return
        except Exception:
            log.exception("%s failed; it begins again", name)
            pause = grown(pause)
        finally:
            give_back()
        stopping.wait(pause)
