"""What changes while a page is on its way is not missed."""

import asyncio
import time

from ruoshui.web.live import Hub


def test_a_page_that_connects_late_hears_what_changed_meanwhile():
    hub = Hub()
    hub.began = time.time() - 300
    hub.tell(["case:1"])
    made = time.time()
    assert hub.has_missed(["case:1", "staff:7"], made - 1)
    assert not hub.has_missed(["case:2", "staff:7"], made - 1)
    assert not hub.has_missed(["case:1"], made + 1)


def test_a_page_older_than_what_is_remembered_reloads_to_be_sure():
    hub = Hub()
    assert hub.has_missed(["case:1"], hub.began - 1)
    hub.began = time.time() - 300
    assert hub.has_missed(["case:1"], time.time() - 120)


def test_what_changed_long_ago_is_forgotten():
    hub = Hub()
    hub.changed = {"case:1": time.time() - 120, "case:2": time.time()}
    hub.remember(["case:3"])
    assert list(hub.changed) == ["case:2", "case:3"]


def test_followers_hear_of_their_topics_only():
    async def scene() -> tuple[int, int]:
        hub = Hub()
        mine, others = hub.follow(["case:1"]), hub.follow(["case:2"])
        hub.tell(["case:1"])
        return mine.qsize(), others.qsize()

    assert asyncio.run(scene()) == (1, 0)
