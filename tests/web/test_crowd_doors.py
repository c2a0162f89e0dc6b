"""Which requests are answered many at once: plain ones; all others go the common way."""

import pytest

from ruoshui.web.crowd_doors import CrowdDoor, door_of
from ruoshui.web.limits import buckets

PLAIN = {"host": "bank.example", "authorization": "Bearer rs_secret", "content-length": "19"}


def asked(path="/api/v1/branches/east/tickets", method="POST", more=(), client="127.0.0.1", **headers):
    named = PLAIN | {name.replace("_", "-"): value for name, value in headers.items()}
    listed = [(name.encode(), value.encode("latin1")) for name, value in [*named.items(), *more] if value is not None]
    return {"type": "http", "method": method, "path": path, "headers": listed, "client": (client, 50_000)}


def test_a_number_taken_and_a_call_are_such_requests():
    assert door_of(asked()) == CrowdDoor("east", 0, "rs_secret", None)
    assert door_of(asked(idempotency_key="k1")) == CrowdDoor("east", 0, "rs_secret", "k1")
    assert door_of(asked("/api/v1/branches/east_2/counters/3/calls")) == CrowdDoor("east_2", 3, "rs_secret", None)


@pytest.mark.parametrize(
    "other",
    [
        asked(method="GET"),
        asked("/api/v1/branches/east/tickets/"),
        asked("/api/v1/branches/东/tickets"),
        asked("/api/v1/branches/east/counters/x/calls"),
        asked("/api/v1/branches/east/counters/0/calls"),
        asked(authorization=None),
        asked(authorization="Basic rs_secret"),
        asked(authorization="Bearer rs secret"),
        asked(content_length=None),
        asked(content_length="8193"),
        asked(content_length="-1"),
        asked(content_length="²"),
        asked(idempotency_key="with space"),
        asked(idempotency_key="k" * 201),
        asked(host=None),
        asked(more=[("authorization", "Bearer rs_other")]),
        asked(more=[("content-length", "20")]),
    ],
)
def test_all_others_go_the_common_way(other):
    assert door_of(other) is None


def test_so_does_a_host_that_is_not_ours(settings):
    settings.ALLOWED_HOSTS = ["bank.example"]
    assert door_of(asked()) is not None
    assert door_of(asked(host="BANK.example:8000")) is not None
    assert door_of(asked(host="evil.example")) is None


@pytest.fixture
def two_a_minute(settings, monkeypatch):
    monkeypatch.setattr(buckets, "clock", lambda: 0.0)
    buckets.clear()
    settings.LIMITS = settings.LIMITS | {"api": 2}
    yield
    buckets.clear()


def test_who_asks_too_often_goes_the_common_way_and_hears_it_there(two_a_minute):
    assert [door_of(asked(client="81.2.69.5")) is None for _each in range(3)] == [False, False, True]
    assert door_of(asked(client="81.2.69.6")) is not None


def test_who_stands_behind_our_proxy_is_known_by_what_it_says(two_a_minute, settings):
    settings.PROXIES = 1
    behind = {"client": "10.0.0.1", "x_forwarded_for": "6.6.6.6, 81.2.69.5"}
    assert [door_of(asked(**behind)) is None for _each in range(3)] == [False, False, True]


def test_what_is_not_plain_is_counted_once_where_it_is_answered(two_a_minute):
    for _each in range(5):
        door_of(asked(client="81.2.69.5", content_length="9999"))
    assert door_of(asked(client="81.2.69.5")) is not None
