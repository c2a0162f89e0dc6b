"""Bodies are read before a thread is taken: so large, so fast, and all together in so much room."""

import asyncio
from pathlib import Path

import pytest

from ruoshui.web.edge import bodies
from ruoshui.web.edge.bodies import SMALL, Gone, read_body
from ruoshui.web.edge.refusals import BodyTooLarge, BodyTooSlow, NoRoom, TooManyBodies

HOME, OUTSIDE = "127.0.0.1", "81.2.69.5"


def coming(*pieces: bytes, then: str = "end"):
    """A body that comes in these pieces, then ends, stops coming, or is hung up."""
    left = list(pieces)

    async def receive():
        if left:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left) or then != "end"}
        if then == "nothing":
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return receive


def read(*pieces: bytes, then: str = "end", most: int = 10 * SMALL, address: str = HOME) -> tuple[bytes, bool]:
    async def whole() -> tuple[bytes, bool]:
        body = await read_body(coming(*pieces, then=then), most=most, address=address)
        try:
            assert body.file.tell() == 0
            return body.file.read(), body.is_on_disk
        finally:
            body.close()

    return asyncio.run(whole())


@pytest.fixture(autouse=True)
def nothing_is_left_behind(settings, tmp_path):
    settings.DATA = tmp_path
    yield
    used = (
        bodies.memory.used,
        bodies.disk.used,
        bodies.arriving.taken,
        bodies.disk.by_address,
        bodies.memory.by_address,
    )
    assert used == (0, 0, 0, {}, {})
    assert [file for file in Path(tmp_path).rglob("*") if file.is_file()] == []


def test_a_small_one_stays_in_memory_and_a_large_one_lies_on_the_disk():
    assert read(b"a", b"b" * (SMALL - 1)) == (b"a" + b"b" * (SMALL - 1), False)
    assert read(b"a", b"b" * SMALL, b"c") == (b"a" + b"b" * SMALL + b"c", True)


def test_it_is_refused_as_soon_as_it_is_too_large():
    assert read(b"a" * 10, b"b" * 10, most=20) == (b"a" * 10 + b"b" * 10, False)
    with pytest.raises(BodyTooLarge):
        read(b"a" * 10, b"b" * 11, then="nothing", most=20)
    with pytest.raises(BodyTooLarge):
        read(b"a" * SMALL, b"b" * SMALL, then="nothing", most=2 * SMALL - 1)


def test_it_is_refused_when_it_does_not_come(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    with pytest.raises(BodyTooSlow):
        read(b"a", then="nothing")


def test_what_is_large_has_as_long_as_the_least_rate_gives_it(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.0)
    monkeypatch.setattr(bodies, "LEAST_RATE", 1)

    async def slowly():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"b", "more_body": False}

    async def scene() -> int:
        first = coming(b"a" * 1000, then="more")
        sources = [first, slowly]
        body = await read_body(lambda: sources.pop(0)(), most=2000, address=HOME)
        size = body.size
        body.close()
        return size

    assert asyncio.run(scene()) == 1001


def test_whoever_hangs_up_leaves_nothing_behind():
    with pytest.raises(Gone):
        read(b"a" * SMALL, b"b" * SMALL, then="hung up")


def test_when_the_memory_is_used_up_small_ones_lie_on_the_disk_too(monkeypatch):
    monkeypatch.setattr(bodies.memory, "most", 5)
    assert read(b"abc", b"def") == (b"abcdef", True)


def test_when_the_disk_is_used_up_or_one_address_has_its_share_it_is_refused(monkeypatch):
    monkeypatch.setattr(bodies.disk, "most", SMALL + 5)
    with pytest.raises(NoRoom):
        read(b"a" * SMALL, b"b" * 6)
    monkeypatch.setattr(bodies.disk, "most", 10 * SMALL)
    monkeypatch.setattr(bodies.disk, "each", SMALL)
    with pytest.raises(NoRoom):
        read(b"a" * SMALL, b"b" * 6, address=OUTSIDE)
    assert read(b"a" * SMALL, b"b" * 6, address=HOME) == (b"a" * SMALL + b"b" * 6, True)


def test_a_full_disk_is_no_fault_of_who_sends(settings, tmp_path):
    settings.DATA = tmp_path / "file"
    settings.DATA.touch()  # no folder can be made there
    with pytest.raises(NoRoom):
        read(b"a" * SMALL, b"b")
    settings.DATA.unlink()


def test_one_address_may_have_so_many_unfinished_ones_and_the_own_machine_more():
    async def refused(address: str, number: int) -> int:
        sent = [read_body(coming(b"a", then="nothing"), most=9, address=address) for _n in range(number)]
        waiting = [asyncio.create_task(one) for one in sent]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        found = sum(task.done() and isinstance(task.exception(), TooManyBodies) for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return found

    assert asyncio.run(refused(OUTSIDE, 45)) == 5
    assert asyncio.run(refused("10.1.2.3", 405)) == 5
    assert asyncio.run(refused(HOME, 405)) == 0
