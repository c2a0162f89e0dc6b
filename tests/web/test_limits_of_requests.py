"""A polite limit on what is public: so many a minute from one address, inside the own network ten times as many."""

import pytest

from ruoshui.web.addresses import believed, place_of, who_of
from ruoshui.web.limits import INSIDE_TIMES, OF_ONE_DEVICE, Buckets, buckets, wait_of

OUTSIDE = "81.2.69.5"


@pytest.fixture(autouse=True)
def few(settings, monkeypatch):
    """All within one instant, however slow the machine."""
    monkeypatch.setattr(buckets, "clock", lambda: 0.0)
    buckets.clear()
    settings.LIMITS = {"read": 3, "write": 2, "guess": 2, "api": 3, "in": 3}
    yield
    buckets.clear()


def statuses(client, path, number, address=OUTSIDE, method="get", **more):
    return [getattr(client, method)(path, REMOTE_ADDR=address, **more).status_code for _n in range(number)]


def test_the_fourth_page_in_a_minute_is_asked_to_wait(client, demo):
    client.cookies["django_language"] = "en"
    assert statuses(client, "/", 4) == [200, 200, 200, 429]
    response = client.get("/", REMOTE_ADDR=OUTSIDE)
    assert (response["Retry-After"], b"Too many requests" in response.content) == ("20", True)


def test_another_address_is_not_made_to_wait(client, demo):
    statuses(client, "/", 4)
    assert statuses(client, "/", 1, address="81.2.69.6") == [200]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_the_own_machine_goes_free_for_a_proxy_there_speaks_for_everybody(client, demo, address):
    assert statuses(client, "/healthz", 1, address=address) + statuses(client, "/", 5, address=address) == [200] * 6


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.7", "fd00::7", "100.64.1.1", "169.254.3.3"])
def test_the_own_network_has_ten_times_as_many(address):
    waits = [wait_of("read", address) > 0 for _n in range(3 * INSIDE_TIMES + 1)]
    assert waits == [False] * 3 * INSIDE_TIMES + [True]


def test_guessing_codes_has_a_limit_of_its_own(client, demo):
    posted = {"number": "RS00000001", "code": "x"}
    assert [client.post("/track", posted, REMOTE_ADDR=OUTSIDE).status_code for _n in range(3)] == [404, 404, 429]
    assert statuses(client, "/case/RS00000001?code=x", 1) == [429]
    assert statuses(client, "/", 1) == [200]


def test_the_api_and_the_doors_of_providers_answer_as_problems(client, demo):
    answers = [client.get("/api/v1/cases", REMOTE_ADDR=OUTSIDE) for _n in range(4)]
    assert [answer.status_code for answer in answers][-1] == 429
    assert answers[-1].json()["code"] == "too-many"
    assert [client.post("/in/lines/none", REMOTE_ADDR=OUTSIDE).status_code for _n in range(4)] == [404, 404, 404, 429]


def test_staff_at_work_are_not_counted(signed_in):
    assert statuses(signed_in("chen"), "/work/cases", 5) == [200] * 5


def test_one_screen_presses_no_faster_than_a_finger_and_the_next_one_is_not_made_to_wait(client, demo, settings):
    settings.LIMITS = {"device": 1000}
    pressed = [
        client.post("/device/one/numbers", REMOTE_ADDR="127.0.0.1").status_code for _n in range(OF_ONE_DEVICE + 1)
    ]
    assert pressed == [404] * OF_ONE_DEVICE + [429]
    assert client.post("/device/one/numbers").json()["code"] == "too-many"
    assert client.post("/device/two/numbers", REMOTE_ADDR="127.0.0.1").status_code == 404
    assert client.get("/device/one").status_code == 404


def test_screens_are_limited_by_their_address_too(client, demo, settings):
    settings.LIMITS = {"device": 3}
    assert [client.get(f"/device/{n}", REMOTE_ADDR=OUTSIDE).status_code for n in range(4)] == [404, 404, 404, 429]


def test_behind_a_proxy_it_is_the_address_that_the_proxy_names(client, demo, settings):
    settings.PROXIES = 1
    for n in range(3):  # what stands further left anybody may have written
        client.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"1.1.1.{n}, {OUTSIDE}")
    named = [client.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=told) for told in (OUTSIDE, "81.2.69.77")]
    assert [response.status_code for response in named] == [429, 200]


def test_a_forged_header_without_a_proxy_is_not_believed(client, demo):
    for n in range(3):
        client.get("/", REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR=f"81.2.70.{n}")
    assert client.get("/", REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR="81.2.70.9").status_code == 429


def test_a_bucket_fills_again():
    one = Buckets()
    assert [one.take(("a", "x"), 2, 0.0) for _n in range(3)] == [0, 0, 30]
    assert (one.take(("a", "x"), 2, 29.0) > 0, one.take(("a", "x"), 2, 31.0)) == (True, 0)


def test_an_ipv6_house_is_one():
    assert who_of("2001:db9:1:2:3::4") == who_of("2001:db9:1:2:ffff::1") == "2001:db9:1:2::/64"


def test_ipv4_in_the_clothes_of_ipv6_is_ipv4_everywhere(settings):
    assert who_of("::ffff:81.2.69.5") == who_of("81.2.69.5") == "81.2.69.5"
    assert place_of("::ffff:10.1.2.3") == place_of("10.1.2.3") == "inside"
    assert believed("::ffff:81.2.69.5", "") == "81.2.69.5"
    settings.PROXIES = 1
    assert believed("127.0.0.1", "::ffff:81.2.69.5") == "81.2.69.5"


@pytest.mark.parametrize(
    ("told", "plain"),
    [
        ("81.2.69.5:4711", "81.2.69.5"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "unknown"),
    ],
)
def test_a_proxy_may_name_a_port_brackets_or_a_zone(settings, told, plain):
    settings.PROXIES = 1
    assert believed("10.0.0.1", f"6.6.6.6, {told}") == plain
