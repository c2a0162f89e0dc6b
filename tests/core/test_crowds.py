"""Those who ask the loop while others are served are served next, together, on one thread."""

import asyncio
import threading

from ruoshui.core.crowds import APART_SECONDS, Crowd

SECONDS = 10


class Served:
    """A crowd whose first serving lasts until the others have come."""

    def __init__(self, **options):
        self.served: list[list[str]] = []
        self.threads: set[int] = set()
        self.go = threading.Event()
        self.crowd = Crowd(self.serve, apart=lambda asked: asked[0], **options)

    def serve(self, asked):
        self.served.append(asked)
        self.threads.add(threading.get_ident())
        assert self.go.wait(SECONDS)
        if "bad" in asked:
            raise ValueError(asked)
        return [None if one.endswith("!") else one.upper() for one in asked]

    def ask(self, *asked, leaves=()):
        async def all_of_them():
            first = asyncio.create_task(self.crowd.ask(asked[0]))
            while not self.served:
                await asyncio.sleep(0.001)
            others = {one: asyncio.create_task(self.crowd.ask(one)) for one in asked[1:]}
            await asyncio.sleep(0.01)
            for one in leaves:
                others.pop(one).cancel()
            self.go.set()
            return [await first, *[await task for task in others.values()]]

        return asyncio.run(all_of_them())


def test_who_comes_meanwhile_is_served_with_the_others_on_the_same_thread():
    served = Served()
    assert served.ask("a", "b", "c", "d") == ["A", "B", "C", "D"]
    assert served.served == [["a"], ["b", "c", "d"]]
    assert len(served.threads) == 1
    assert threading.get_ident() not in served.threads


def test_those_of_one_branch_are_served_one_after_the_other():
    served = Served()
    served.ask("a1", "b1", "b2", "c1")
    assert served.served == [["a1"], ["b1", "c1"], ["b2"]]


def test_no_more_are_served_together_than_allowed():
    served = Served(at_most=2)
    served.ask("a", "b", "c", "d")
    assert served.served == [["a"], ["b", "c"], ["d"]]


def test_none_is_an_answer_for_one_alone():
    assert Served().ask("a", "b!", "c") == ["A", None, "C"]


def test_when_serving_fails_all_of_that_crowd_go_another_way_and_the_next_are_served():
    served = Served(at_most=2)
    assert served.ask("a", "bad", "c", "d") == ["A", None, None, "D"]


def test_who_has_hung_up_is_missed_by_nobody():
    served = Served()
    assert served.ask("a", "b", "c", leaves=["b"]) == ["A", "C"]
    assert served.served == [["a"], ["b", "c"]]


def test_a_crowd_is_served_at_most_so_often_and_who_comes_alone_at_once():
    began = []

    def serve(asked):
        began.append(crowd.began)
        return asked

    async def two_and_later_one():
        await asyncio.gather(crowd.ask("a1"), crowd.ask("a2"))
        await asyncio.sleep(2 * APART_SECONDS)
        asked_at = asyncio.get_running_loop().time()
        await crowd.ask("a3")
        return asked_at

    crowd = Crowd(serve, apart=lambda asked: asked[0])
    asked_at = asyncio.run(two_and_later_one())
    assert began[1] - began[0] >= APART_SECONDS
    assert began[2] - asked_at < APART_SECONDS
