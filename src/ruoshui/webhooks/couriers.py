"""Who carries: a thread for each subscription that has something due, so that a slow one delays nobody else.

Those that gave no answer the last time have a few threads of their own: however many are silent, the others are served.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from ruoshui.webhooks.actions import due_subscriptions, send_due_of

log = logging.getLogger(__name__)
AT_ONCE, SILENT_AT_ONCE = 16, 4
Due = Callable[[datetime], list[int]]
Send = Callable[[int, Callable[[], datetime]], tuple[int, bool]]


class Couriers:
    def __init__(self, due: Due = due_subscriptions, send: Send = send_due_of) -> None:
        self._due, self._send = due, send
        self._lock = threading.Lock()
        self._served: set[int] = set()
        self._silent: set[int] = set()

    def send_due(self, at: datetime) -> int:
        """Starts a thread for each that has something due and none yet. Returns how many were started."""
        return sum(self._begin(subscription) for subscription in self._due(at))

    def _begin(self, subscription: int) -> bool:
        with self._lock:
            silent = self._served & self._silent
            is_silent = subscription in self._silent
            served, most = (len(silent), SILENT_AT_ONCE) if is_silent else (len(self._served - silent), AT_ONCE)
            if subscription in self._served or served >= most:
                return False
            self._served.add(subscription)
        threading.Thread(target=self._serve, args=(subscription,), name="webhook", daemon=True).start()
        return True

    def _serve(self, subscription: int) -> None:
        answers = True
        try:
            answers = self._send(subscription, timezone.now)[1]
        except Exception:
            # What was leased comes again by itself, the rest with the next round.
            log.exception("webhook %s will be tried again", subscription)
        finally:
            close_old_connections()
            with self._lock:
                self._served.discard(subscription)
                (self._silent.discard if answers else self._silent.add)(subscription)
