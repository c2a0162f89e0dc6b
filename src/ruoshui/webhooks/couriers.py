"""Who carries: a thread for each subscription that has something due, so that a slow one delays nobody else."""

import logging
import threading
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from ruoshui.webhooks.actions import due_subscriptions, send_due_of

log = logging.getLogger(__name__)
AT_ONCE = 16


class Couriers:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: set[int] = set()

    def send_due(self, at: datetime) -> int:
        """Starts a thread for each that has something due and none yet. Returns how many were started."""
        started = 0
        for subscription in due_subscriptions(at):
            with self._lock:
                if len(self._served) >= AT_ONCE:
                    break
                if subscription in self._served:
                    continue
                self._served.add(subscription)
            threading.Thread(target=self._serve, args=(subscription,), name="webhook", daemon=True).start()
            started += 1
        return started

    def _serve(self, subscription: int) -> None:
        try:
            send_due_of(subscription, timezone.now)
        except Exception:
            # What was leased comes again by itself, the rest with the next round.
            log.exception("webhook %s will be tried again", subscription)
        finally:
            close_old_connections()
            with self._lock:
                self._served.discard(subscription)
