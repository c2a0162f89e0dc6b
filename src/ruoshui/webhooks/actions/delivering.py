"""Deliveries on their way: leased, sent outside any transaction, and what came back written down.

A sender that dies in between leaves a lease, which ends; then it is sent again with the same number.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPException

from django.db import transaction

from ruoshui.core.refusals import Refusal
from ruoshui.webhooks.calling import SECONDS, call
from ruoshui.webhooks.models import Delivery, DeliveryState

WAITS = tuple(timedelta(seconds=n) for n in (10, 60, 300, 1800, 7200, 21_600, 43_200))
LEASE = timedelta(seconds=3 * SECONDS)


def due_subscriptions(at: datetime) -> list[int]:
    """Whose deliveries are due, those that wait longest first."""
    due = Delivery.objects.filter(next_at__lte=at).order_by("next_at", "pk")
    return list(dict.fromkeys(due.values_list("subscription_id", flat=True)[:10_000]))


def send_due_deliveries(at: datetime) -> int:
    """All that is due, one subscription after the other. Returns how many were taken."""
    return sum(send_due_of(subscription, lambda: at)[0] for subscription in due_subscriptions(at))


def send_due_of(subscription: int, clock: Callable[[], datetime]) -> tuple[int, bool]:
    """What is due for one, until it gives no answer. Returns how many it took, and whether it answered to the last."""
    taken = 0
    while (delivery := _lease(subscription, clock())) is not None:
        status, answer = _called(delivery, clock)
        taken += _keep_result(delivery, status, answer, clock())
        if status is None:  # nobody there: the others wait for the next round, and keep no sender busy
            return taken, False
    return taken, True


@transaction.atomic
def _lease(subscription: int, at: datetime) -> Delivery | None:
    due = Delivery.objects.filter(subscription=subscription, next_at__lte=at).order_by("next_at", "pk")
    delivery = due.select_for_update(of=("self",), skip_locked=True).select_related("subscription").first()
    if delivery is not None:
        delivery.attempts, delivery.next_at = delivery.attempts + 1, at + LEASE
        delivery.save(update_fields=["attempts", "next_at"])
    return delivery


def _called(delivery: Delivery, clock: Callable[[], datetime]) -> tuple[int | None, str]:
    try:
        return call(delivery, clock)
    except (OSError, HTTPException, Refusal, ValueError) as wrong:
        return None, f"{type(wrong).__name__}: {wrong}"[:300].replace("\x00", "")


@transaction.atomic
def _keep_result(delivery: Delivery, status: int | None, answer: str, at: datetime) -> bool:
    """Was it taken? Nothing is written when the lease ended meanwhile, or somebody asked for it once more."""
    ours = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, next_at=delivery.next_at)
    if ours.select_for_update(of=("self",)).first() is None:
        return False
    is_taken = status is not None and 200 <= status < 300
    wait = WAITS[delivery.attempts - 1] if delivery.attempts <= len(WAITS) and not is_taken else None
    left = DeliveryState.WAITING if wait else DeliveryState.FAILED
    ours.update(
        status=status,
        answer=answer,
        state=DeliveryState.DONE if is_taken else left,
        done_at=at if is_taken else None,
        next_at=at + wait if wait else None,
    )
    return is_taken
