"""Tell subscribers, and once more when somebody asks; `delivering.py` carries it there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import KINDS, Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.models import RecordedEvent
from ruoshui.core.remembering import forget, remembered
from ruoshui.core.verbs import verb
from ruoshui.webhooks.models import Delivery, DeliveryState, Subscription


@remembered
def _active() -> list[Subscription]:
    return list(Subscription.objects.filter(is_active=True).select_related("unit"))


def tell_subscribers(event: RecordedEvent, case: Case) -> int:
    """In the transaction of the event: what was recorded is told, what was not is not. Returns to how many."""
    wanted = [one for one in _active() if event.kind in one.kinds and _may_hear(one, case)]
    if not wanted:
        return 0
    body = _body(event, case)
    Delivery.objects.bulk_create(
        [
            Delivery(subscription=one, event=event.pk, kind=event.kind, body=body, next_at=event.at, made_at=event.at)
            for one in wanted
        ],
        ignore_conflicts=True,
    )
    return len(wanted)


def _may_hear(one: Subscription, case: Case) -> bool:
    if case.confidential and not one.confidential:
        return False
    return one.unit is None or case.unit.is_within(one.unit)


def _body(event: RecordedEvent, case: Case) -> Mapping[str, Any]:
    """Codes and numbers; what the event marks as personal stays inside: who may read it asks the API."""
    kind = KINDS.get(event.kind)
    personal = kind.personal if kind else ()
    return {
        "event": event.pk,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "case": case.number,
        "type": case.type.code,
        "state": case.state,
        "priority": case.priority,
        "unit": case.unit.code,
        "customer": case.customer_id,
        "data": {name: value for name, value in event.data.items() if name not in personal},
    }


@verb
def deliver_again(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """Once more, with the same number: the other side can tell that it had it."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("subscription").get(pk=delivery.pk)
    must_set_up(delivery, by=by)
    delivery.state, delivery.attempts, delivery.next_at = DeliveryState.WAITING, 0, at
    delivery.save(update_fields=["state", "attempts", "next_at"])
    told = Configured(what="webhooks.delivery", changes={"again": [None, delivery.pk]})
    record(told, about=delivery.subscription, by=by, at=at)
    return delivery


@verb
def new_secret(subscription: Subscription, *, by: Actor, at: datetime) -> Subscription:
    """The old secret ends at once."""
    subscription = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
    must_set_up(subscription, by=by)
    subscription.generation += 1
    subscription.save(update_fields=["generation"])
    forget()
    changes = {"generation": [subscription.generation - 1, subscription.generation]}
    record(Configured(what="webhooks.subscription", changes=changes), about=subscription, by=by, at=at)
    return subscription
