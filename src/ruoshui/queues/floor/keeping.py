"""The floors this process keeps, one a branch."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Min

from ruoshui.queues.floor.changes import changes
from ruoshui.queues.floor.picture import Floor
from ruoshui.queues.models import Branch, Ticket, WaitLearning
from ruoshui.queues.setup import BranchSetup, forget_setups, setup_of

LOOKS_BACK = timedelta(hours=20)  # tickets of an unlearned branch that a new process still feeds
_floors: dict[int, Floor] = {}
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a branch has come: its change number, how often waits were learned there, when it was last set up.

    `settled`: all up to this change is committed. Else it may be rolled back, and its number used again.
    """

    pk: int
    seq: int
    learned: int
    revision: int
    settled: bool = False

    @classmethod
    def of(cls, branch: Branch) -> "Mark":
        """Of a branch that was just read, outside its verbs."""
        return cls(branch.pk, branch.seq, branch.learned, branch.revision, settled=True)

    @property
    def before(self) -> "Mark":
        return replace(self, seq=self.seq - 1, settled=True)

    @property
    def setup(self) -> BranchSetup:
        return setup_of(self.pk, self.revision)


def mark_of(branch_id: int) -> Mark:
    return Mark(branch_id, *Branch.objects.values_list("seq", "learned", "revision").get(pk=branch_id))


@contextmanager
def floor_of(branch_id: int, at: datetime, mark: Mark | None = None) -> Iterator[Floor]:
    """The branch's floor as of now, or of `mark`; to be used inside this block only."""
    (floor,) = floors_of([mark or mark_of(branch_id)], at)
    with floor.lock:
        yield floor


def floors_of(marks: Sequence[Mark], at: datetime) -> list[Floor]:
    """Brought up to where their branches are; each is to be used with its lock held."""
    floors = [_found(mark, at) for mark in marks]
    news = changes({mark.pk: (floor.seq, mark.seq) for mark, floor in zip(marks, floors, strict=True)})
    for mark, floor in zip(marks, floors, strict=True):
        with floor.lock:
            floor.take_in(news[mark.pk], mark.seq, settled=mark.settled)
    return floors


def _found(mark: Mark, at: datetime) -> Floor:
    setup = mark.setup
    floor = _floors.get(mark.pk)
    if floor is None or floor.shape != setup.shape:
        with _making:
            floor = _floors.get(mark.pk)
            if floor is None or floor.shape != setup.shape:
                floor = _floors[mark.pk] = make_floor(mark.pk, at)
                floor.learned = mark.learned
    if floor.learned != mark.learned:
        with floor.lock:
            learning = WaitLearning.objects.filter(branch_id=mark.pk).first()
            if learning is not None:
                floor.adopt(learning)
            floor.learned = mark.learned
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
    forget_setups()
