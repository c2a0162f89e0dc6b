"""Set a branch up from a plan of plain data: by hand from the settings, from a pack, for the demo, for history.

Installing the same plan twice changes nothing the second time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Unit
from ruoshui.queues.actions._locking import locked_branch
from ruoshui.queues.models import Branch, Business, Counter, CounterDuty, Device, Queue, ServiceClass
from ruoshui.queues.models.devices import new_device_key


@dataclass(frozen=True, slots=True)
class BranchPlan:
    """`queues`: (business code, class code, letters). `counters`: number → the letters of its queues, those in the
    second list only while nobody waits in the first. `settings`: fields of `Branch`.
    """

    queues: Sequence[tuple[str, str, str]]
    counters: Mapping[int, tuple[Sequence[str], Sequence[str]]]
    settings: Mapping[str, Any] = field(default_factory=dict)


@verb
def set_up_branch(unit: Unit, plan: BranchPlan, *, by: Actor, at: datetime) -> Branch:
    """A hall for the unit, with queues and counters; what the plan does not name stays as it is."""
    branch = Branch.objects.filter(unit=unit).first() or Branch(unit=unit)
    branch = configure(branch, dict(plan.settings), by=by, at=at)
    businesses = {one.code: one for one in Business.objects.all()}
    classes = {one.code: one for one in ServiceClass.objects.all()}
    queues: dict[str, Queue] = {}
    for business, service_class, prefix in plan.queues:
        if business not in businesses or service_class not in classes:
            raise Invalid({"queues": [f"{business} · {service_class}"]})
        queues[prefix] = put_queue(
            branch, businesses[business], classes[service_class], {"prefix": prefix}, by=by, at=at
        )
    for number, (first, second) in plan.counters.items():
        counter = put_counter(branch, number, {}, by=by, at=at)
        turns = {queues[p].pk: 1 for p in first} | {queues[p].pk: 2 for p in second}
        set_duties(counter, turns, by=by, at=at)
    return branch


@verb
def put_queue(
    branch: Branch,
    business: Business,
    service_class: ServiceClass,
    values: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
) -> Queue:
    queue = Queue.objects.filter(branch=branch, business=business, service_class=service_class).first() or Queue(
        branch=branch, business=business, service_class=service_class
    )
    return configure(queue, dict(values), by=by, at=at)


@verb
def put_counter(branch: Branch, number: int, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Counter:
    turn = locked_branch(branch.pk)
    counter = Counter.objects.filter(branch=branch, number=number).first() or Counter(branch=branch, number=number)
    return configure(counter, {**values, "seq": turn.seq}, by=by, at=at)


@verb
def set_duties(counter: Counter, turns: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """What a counter serves: queue ids with their turn, 1 or 2."""
    must_set_up(counter, by=by)
    locked_branch(counter.branch_id)
    known = set(Queue.objects.filter(branch_id=counter.branch_id, pk__in=turns).values_list("pk", flat=True))
    before = dict(counter.duties.values_list("queue_id", "turn"))
    after = {pk: 2 if turn == 2 else 1 for pk, turn in turns.items() if pk in known}
    if before == after:
        return
    counter.duties.all().delete()
    CounterDuty.objects.bulk_create(
        CounterDuty(counter=counter, queue_id=pk, turn=turn) for pk, turn in sorted(after.items())
    )
    forget()
    changes = {"duties": [{str(k): v for k, v in before.items()}, {str(k): v for k, v in after.items()}]}
    record(Configured(what="queues.counterduty", changes=changes), about=counter, by=by, at=at)


@verb
def renew_device(device: Device, *, by: Actor, at: datetime) -> Device:
    """A new address: whoever has the old one is locked out."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    must_set_up(device, by=by)
    device.key = new_device_key()
    device.save(update_fields=["key"])
    record(Configured(what="queues.device", changes={"key": [None, None]}), about=device, by=by, at=at)
    return device
