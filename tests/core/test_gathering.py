"""Those who ask at the same moment are served together; each gets his own answer."""

import threading

import pytest

from ruoshui.core.gathering import ALONE, Gathering, each
from ruoshui.core.refusals import NotFound

SECONDS = 10


class Crowd:
    """A gathering whose first service lasts until the others have come too."""

    def __init__(self, **options) -> None:
        self.served: list[list[tuple[str, int]]] = []
        self.begun, self.go = threading.Event(), threading.Event()
        self.gathering = Gathering(self.serve, apart=lambda asked: asked[0], **options)

    def serve(self, asked, alone):
        self.served.append(asked)
        if not self.begun.is_set():
            self.begun.set()
            assert self.go.wait(SECONDS)
        return each(asked, self.answer, alone=alone)

    def answer(self, asked):
        if asked[1] < 0:
            raise NotFound
        return asked[1] * 2

    def ask(self, first, others):
        """The answers, or the refusals, of one who comes first and of those who come while he is served."""
        answers = {}

        def one(asked):
            try:
                answers[asked] = self.gathering.ask(asked)
            except Exception as wrong:
                answers[asked] = type(wrong)

        threads = [threading.Thread(target=one, args=[asked]) for asked in (first, *others)]
        threads[0].start()
        assert self.begun.wait(SECONDS)
        for number, thread in enumerate(threads[1:], 1):
            thread.start()
            for _tries in range(int(SECONDS / 0.001)):
                if len(self.gathering._waiting) == number:
                    break
                threading.Event().wait(0.001)
        self.go.set()
        for thread in threads:
            thread.join(SECONDS)
        return answers


def test_who_comes_meanwhile_is_served_together_with_the_others():
    crowd = Crowd()
    assert crowd.ask(("a", 1), [("b", 2), ("c", 3), ("d", 4)]) == {("a", 1): 2, ("b", 2): 4, ("c", 3): 6, ("d", 4): 8}
    assert crowd.served == [[("a", 1)], [("b", 2), ("c", 3), ("d", 4)]]


def test_those_of_one_kind_are_served_one_after_the_other():
    crowd = Crowd()
    crowd.ask(("a", 1), [("b", 2), ("b", 3), ("c", 4)])
    assert crowd.served == [[("a", 1)], [("b", 2), ("c", 4)], [("b", 3)]]


def test_no_more_are_served_together_than_allowed():
    crowd = Crowd(at_most=2)
    crowd.ask(("a", 1), [("b", 2), ("c", 3), ("d", 4)])
    assert [len(together) for together in crowd.served] == [1, 2, 1]


def test_a_refusal_is_heard_by_whom_it_concerns_and_by_nobody_else():
    crowd = Crowd()
    answers = crowd.ask(("a", 1), [("b", -1), ("c", 3)])
    assert answers == {("a", 1): 2, ("b", -1): NotFound, ("c", 3): 6}
    assert crowd.served[-1] == [("b", -1)]  # he asked again, alone


def test_when_serving_together_fails_each_is_served_alone():
    crowd = Crowd()
    serve = crowd.gathering._serve

    def fails_for_several(asked, alone):
        if len(asked) > 1:
            raise RuntimeError("the connection is gone")
        return serve(asked, alone)

    crowd.gathering._serve = fails_for_several
    assert crowd.ask(("a", 1), [("b", 2), ("c", 3)]) == {("a", 1): 2, ("b", 2): 4, ("c", 3): 6}


def test_a_failure_of_one_alone_does_not_stop_those_who_come_after():
    crowd = Crowd()
    crowd.begun.set()
    with pytest.raises(NotFound):
        crowd.gathering.ask(("a", -1))
    assert crowd.gathering.ask(("a", 5)) == 10


def test_of_several_the_refused_are_marked_and_of_one_the_refusal_is_raised():
    crowd = Crowd()
    assert each([("a", 1), ("b", -1)], crowd.answer, alone=False) == [2, ALONE]
    with pytest.raises(NotFound):
        each([("b", -1)], crowd.answer, alone=True)
