"""The floors this process keeps, one a branch."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

from ruoshui.queues.floor.picture import Floor
from ruoshui.queues.models import Branch, Ticket, WaitLearning
from ruoshui.queues.setup import setup_of

LOOKS_BACK = timedelta(hours=20)  # tickets of an unlearned branch that a new process still feeds
_floors: dict[int, Floor] = {}
_making = threading.Lock()


@contextmanager
def floor_of(branch: Branch | Any, at: datetime) -> Iterator[Floor]:
    """The branch's floor up to its change number `branch.seq`, to be used inside this block only.

    `branch` has `pk`, `seq` and `learned` as read just now.
    """
    floor = _found(branch, at)
    with floor.lock:
        floor.catch_up(branch)
        yield floor


def _found(branch: Branch | Any, at: datetime) -> Floor:
    setup = setup_of(branch.pk)
    floor = _floors.get(branch.pk)
    if floor is None or floor.shape != setup.shape:
        with _making:
            floor = _floors.get(branch.pk)
            if floor is None or floor.shape != setup.shape:
                floor = _floors[branch.pk] = make_floor(branch.pk, at)
                floor.learned = branch.learned
    if floor.learned != branch.learned:
        with floor.lock:
            learning = WaitLearning.objects.filter(branch_id=branch.pk).first()
            if learning is not None:
                floor.adopt(learning)
            floor.learned = branch.learned
    floor.setup = setup
    return floor


def make_floor(branch_id: int, at: datetime) -> Floor:
    """A floor from what was learned, or, where nothing was, from today's tickets."""
    floor = Floor(setup_of(branch_id))
    learning = WaitLearning.objects.filter(branch_id=branch_id).first()
    if learning is not None:
        floor.resume(learning)
    if floor.seq == 0:
        recent = Ticket.objects.filter(branch_id=branch_id, joined_at__gte=at - LOOKS_BACK)
        first = recent.aggregate(first=Min("seq"))["first"]
        floor.seq = (first or 1) - 1
    floor.begin(at)
    return floor


def forget_floors() -> None:
    """For tests, whose transactions are rolled back."""
    _floors.clear()
