"""Group commit: those who ask at the same moment are served by one of them, in one transaction.

The first to come is served at once; who comes meanwhile waits, and is then served together with all others who
wait. Nobody waits for somebody to come: without a crowd all is as if there were no gathering.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from django.db import connection

from ruoshui.core.refusals import Refusal

A = TypeVar("A")
G = TypeVar("G")
AT_MOST = 32


class Alone:
    """Served together with others, this one could not be: they ask again by themselves, and hear why."""


ALONE: Final = Alone()


def each(asked: Iterable[A], serve: Callable[[A], G], *, alone: bool) -> list[G | Alone]:
    """Serve one after the other. A refusal is the answer for one `alone`; of several, each hears their own."""
    return [serve(one) if alone else _served(one, serve) for one in asked]


def next_of(waiting: Sequence[A], mark: Callable[[A], Hashable], at_most: int) -> tuple[list[A], list[A]]:
    """Who is served next and who stays, in order of coming: one of each `mark`, and `at_most` of them."""
    together: list[A] = []
    staying, met = [], set()
    for one in waiting:
        if mark(one) in met or len(together) == at_most:
            staying.append(one)
        else:
            met.add(mark(one))
            together.append(one)
    return together, staying


def _served(one: A, serve: Callable[[A], G]) -> G | Alone:
    try:
        return serve(one)
    except Refusal:
        return ALONE


@dataclass(slots=True)
class _Place(Generic[A, G]):
    """Somebody in the crowd. Woken with an answer, or to lead the next crowd."""

    asked: A
    woken: threading.Lock = field(default_factory=threading.Lock)
    given: G | Alone = ALONE
    leads: bool = False


class Gathering(Generic[A, G]):
    """`serve` gets what was asked, in order of coming, and answers each: what it gives, or ALONE.

    Told that one is alone it refuses by raising; several it never refuses. Those of one `apart` are never together.
    """

    def __init__(
        self,
        serve: Callable[[list[A], bool], Sequence[G | Alone]],
        *,
        apart: Callable[[A], Hashable] = id,
        at_most: int = AT_MOST,
    ) -> None:
        self._serve, self._apart, self._at_most = serve, apart, at_most
        self._door = threading.Lock()
        self._waiting: list[_Place[A, G]] = []
        self._busy = False

    def ask(self, asked: A) -> G:
        if connection.in_atomic_block:  # part of a larger change: done or undone with it
            return self._alone(asked)
        mine: _Place[A, G] = _Place(asked)
        if self._must_wait(mine):
            connection.close()  # back to the pool: whoever leads must never wait for one that a waiting one holds
            mine.woken.acquire()
        else:
            mine.leads = True
        if mine.leads:
            self._lead(mine)
        return self._alone(asked) if isinstance(mine.given, Alone) else mine.given

    def _alone(self, asked: A) -> G:
        (given,) = self._serve([asked], True)
        assert not isinstance(given, Alone)
        return given

    def _must_wait(self, mine: _Place[A, G]) -> bool:
        with self._door:
            waits, self._busy = self._busy, True
            if waits:
                mine.woken.acquire()
                self._waiting.append(mine)
        return waits

    def _lead(self, mine: _Place[A, G]) -> None:
        together = self._crowd(mine)
        try:
            if len(together) > 1:  # else they serve themselves
                answers = self._serve([place.asked for place in together], False)
                for place, given in zip(together, answers, strict=True):
                    place.given = given
            else:
                mine.given = self._alone(mine.asked)
        except Exception:
            if len(together) == 1:
                raise
            # Whose fault it was shows when each asks by themselves.
        finally:
            self._hand_over()
            for place in together[1:]:
                place.woken.release()

    def _crowd(self, mine: _Place[A, G]) -> list[_Place[A, G]]:
        """Who is served now: whoever leads, then those who wait, one of each `apart`."""
        with self._door:
            together, self._waiting = next_of([mine, *self._waiting], lambda p: self._apart(p.asked), self._at_most)
        return together

    def _hand_over(self) -> None:
        with self._door:
            if not self._waiting:
                self._busy = False
                return
            following = self._waiting.pop(0)
        following.leads = True
        following.woken.release()
