"""Whoever guesses waits longer and longer; who has signed in here before does not wait for strangers."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password

from ruoshui.core.models import RecordedEvent
from ruoshui.core.networks import Networks, networks_of
from ruoshui.core.refusals import Refusal
from ruoshui.organization.actions import claim_try, enter, forgive_try, sweep_failures, trying
from ruoshui.organization.browsers import fresh_mark, known_mark, with_mark
from ruoshui.organization.guessing import ACCOUNT, TooManyFailures, code_tried, sign_in_tried
from ruoshui.organization.hashing import TooBusy, Turns
from ruoshui.organization.models import FailureCount, Staff
from tests.conftest import NOW

OUTSIDE, INSIDE = "81.2.69.5", "10.20.30.40"
RIGHT = "ruoshui-demo"
SECOND = timedelta(seconds=1)


def tries(number, *, username="chen", password="wrong", address=OUTSIDE, at=NOW, every=timedelta(), marks=""):
    """What came of each try: the person, "no", or the seconds to wait."""
    came = []
    for n in range(number):
        try:
            staff = enter(username, password, address=address, marks=marks, at=at + n * every)
            came.append(staff.username if staff else "no")
        except TooManyFailures as wait:
            came.append(wait.details["seconds"])
    return came


def test_five_are_free_then_each_wait_is_twice_as_long(demo):
    assert tries(7) == ["no"] * 6 + [3]
    at, waits = NOW, []
    for _n in range(11):
        (seconds,) = tries(1, at=at)
        waits.append(seconds)
        at += seconds * SECOND
        assert tries(1, at=at) == ["no"]
    assert waits[:6] == [3, 5, 9, 17, 33, 65]
    assert max(waits) <= 901


@pytest.mark.parametrize("username", ["chen", "nobody-of-this-name", "a\x00b", "x" * 500])
def test_a_name_that_nobody_has_is_answered_alike(demo, username):
    assert tries(7, username=username) == ["no"] * 6 + [3]


def test_while_one_waits_the_right_password_is_not_looked_at_and_nothing_is_counted(demo):
    tries(7)
    before = list(FailureCount.objects.order_by("key").values("key", "count", "until_at"))
    assert tries(3, password=RIGHT) == [3, 3, 3]
    assert list(FailureCount.objects.order_by("key").values("key", "count", "until_at")) == before
    assert tries(1, password=RIGHT, at=NOW + 3 * SECOND) == ["chen"]


def test_a_success_ends_the_count_of_the_account_and_not_that_of_the_network(demo):
    tries(5)
    assert tries(1, password=RIGHT) == ["chen"]
    left = {row.key.split(":")[1]: round(row.count) for row in FailureCount.objects.all()}
    assert left == {"near": 5, "wide": 5}


def test_a_hundred_thousand_other_names_do_not_wash_a_count_away(demo, monkeypatch):
    tries(7)
    monkeypatch.setattr(trying, "MOST_COUNTS", 50)
    for n in range(120):
        enter(f"other{n}", "wrong", address=f"2001:db8:{n:x}::1", at=NOW)
    while sweep_failures(at=NOW):
        pass
    assert FailureCount.objects.count() == 50
    assert tries(1, password=RIGHT) == [3]


def test_what_has_faded_is_swept(demo):
    tries(3)
    assert (FailureCount.objects.count(), sweep_failures(at=NOW + timedelta(minutes=29))) == (3, 2)
    assert (sweep_failures(at=NOW + timedelta(minutes=30)), FailureCount.objects.count()) == (1, 0)


@pytest.mark.parametrize(("address", "free"), [(OUTSIDE, 21), (INSIDE, 101), ("127.0.0.1", 101), ("::1", 101)])
def test_one_password_for_many_names_is_slowed_from_every_network(demo, address, free):
    came = [tries(1, username=f"name{n}", address=address)[0] for n in range(free + 1)]
    assert came == ["no"] * free + [3]


def test_the_wider_network_counts_what_its_many_addresses_try(demo):
    came = [tries(1, username=f"name{n}", address=f"81.2.69.{n}")[0] for n in range(102)]
    assert came == ["no"] * 101 + [3]
    assert tries(1, username="name", address="81.2.70.1") == ["no"]


def test_a_browser_known_to_a_person_does_not_wait_for_strangers_and_has_a_limit_of_its_own(demo):
    chen = demo.staff["chen"]
    marks = with_mark(chen, "")
    tries(30, every=SECOND / 100)
    assert tries(1, password=RIGHT, marks=marks) == ["chen"]
    assert tries(7, marks=marks) == ["no"] * 6 + [3]
    assert tries(1, password=RIGHT, marks=with_mark(demo.staff["wang"], "")) != ["chen"]


def test_a_mark_is_good_for_one_person_and_until_the_password_changes(demo):
    chen, wang = demo.staff["chen"], demo.staff["wang"]
    mark = fresh_mark(chen)
    kept = with_mark(wang, mark)
    assert (known_mark(chen, kept), known_mark(wang, mark)) == (mark, "")
    assert len(kept.split("!")) == 2
    assert with_mark(chen, kept).split("!")[0] == mark
    chen.password_set_at += SECOND
    assert known_mark(chen, kept) == ""


def test_a_try_that_was_never_looked_at_is_taken_back(demo, monkeypatch):
    def busy(*_arguments):
        raise TooBusy(seconds=5)

    monkeypatch.setattr("ruoshui.organization.actions.signing_in.verify_password", busy)
    with pytest.raises(TooBusy):
        enter("chen", RIGHT, address=OUTSIDE, at=NOW)
    assert set(FailureCount.objects.values_list("count", flat=True)) == {0.0}


def test_many_at_once_count_as_many(demo):
    """Claimed before any is compared: only as many as are free get through."""
    tried = sign_in_tried("chen", OUTSIDE)
    came = []
    for _n in range(10):
        try:
            claim_try(tried, at=NOW)
            came.append("in")
        except TooManyFailures:
            came.append("wait")
    assert came == ["in"] * 6 + ["wait"] * 4
    forgive_try(tried, at=NOW)


def test_codes_of_cases_count_for_networks_only_and_waits_are_short(demo):
    keys = [one.key for one in code_tried("2001:db8:1:2:3::4")]
    assert keys == ["case:near:2001:db8:1:2::/64", "case:wide:2001:db8:1::/48"]
    assert max(one.allowance.wait(10_000) for one in code_tried(OUTSIDE)) == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("address", "networks"),
    [
        ("81.2.69.5", Networks("81.2.69.5/32", "81.2.69.0/24", False)),
        ("::ffff:81.2.69.5", Networks("81.2.69.5/32", "81.2.69.0/24", False)),
        ("::ffff:10.1.2.3", Networks("10.1.2.3/32", "10.1.2.0/24", True)),
        ("2a00:1450:4001:81b::200e", Networks("2a00:1450:4001:81b::/64", "2a00:1450:4001::/48", False)),
        ("fe80::1%eth0", Networks("fe80::/64", "fe80::/48", True)),
        ("no address", Networks("no address", "no address", False)),
    ],
)
def test_networks(address, networks):
    assert networks_of(address) == networks


def failures_told(staff):
    told = RecordedEvent.objects.filter(kind="organization.sign_in_failed", about_id=staff.pk)
    return [(one.data["count"], one.data["address"]) for one in told.order_by("id")]


def test_failures_are_on_record_once_in_a_quarter_hour_however_many_there_are(demo):
    chen = demo.staff["chen"]
    tries(6)
    assert failures_told(chen) == [(1, OUTSIDE)]
    tries(1, at=NOW + timedelta(minutes=15))
    assert failures_told(chen) == [(1, OUTSIDE), (6, OUTSIDE)]
    tries(1, at=NOW + timedelta(minutes=16))
    while sweep_failures(at=NOW + timedelta(days=1)):
        pass
    assert failures_told(chen) == [(1, OUTSIDE), (6, OUTSIDE), (1, OUTSIDE)]


def test_strangers_with_unknown_names_write_no_events_until_their_network_has_to_wait(demo):
    before = RecordedEvent.objects.count()
    for n in range(25):
        tries(1, username=f"name{n}", at=NOW + n * timedelta(seconds=20))
    assert RecordedEvent.objects.count() == before
    at = NOW + timedelta(minutes=9)
    for n in range(60):
        tries(1, username=f"other{n}", at=at + n * timedelta(seconds=30))
    slowed = RecordedEvent.objects.filter(kind="organization.guessing_slowed")
    assert 1 <= slowed.count() <= 3
    assert slowed.first().data["network"] in ("81.2.69.5/32", "81.2.69.0/24")


def test_an_account_is_never_shut_out_for_ever():
    assert (ACCOUNT.wait(10_000), ACCOUNT.left(5, NOW, NOW + timedelta(minutes=50))) == (timedelta(minutes=15), 0.0)


class Costly(Argon2PasswordHasher):
    memory_cost = 40_000


def test_an_old_hash_is_made_again_at_the_next_sign_in_and_ends_no_session(demo, settings):
    settings.PASSWORD_HASHERS = ["ruoshui.organization.hashing.Argon2"]
    chen = demo.staff["chen"]
    old = Costly().encode(RIGHT, "saltsaltsaltsaltsalt12")
    Staff.objects.filter(pk=chen.pk).update(password=old)
    before = Staff.objects.get(pk=chen.pk).get_session_auth_hash()
    assert tries(1) == ["no"]
    assert Staff.objects.get(pk=chen.pk).password == old
    assert tries(1, password=RIGHT) == ["chen"]
    after = Staff.objects.get(pk=chen.pk)
    assert after.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert after.get_session_auth_hash() == before
    assert tries(1, password=RIGHT) == ["chen"]


def test_who_finds_all_places_taken_is_told_when_to_try_again():
    turns = Turns(1, 1, 0.0)
    with turns.one():
        with pytest.raises(Refusal) as told, turns.one():
            pass
        assert (told.value.status, told.value.details["seconds"]) == (503, 0)
    with turns.one():
        pass


EIGHT_AT_ONCE = """
import resource, threading
from django.conf import settings
settings.configure(PASSWORD_HASHERS=["ruoshui.organization.hashing.Argon2"])
from django.contrib.auth.hashers import make_password, verify_password
encoded = make_password("x")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
came = []
def one(n):
    came.append(verify_password("x", encoded if n % 2 else "!")[0])
threads = [threading.Thread(target=one, args=(n,)) for n in range(12)]
[t.start() for t in threads]; [t.join() for t in threads]
print(sorted(came), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_twelve_at_once_take_the_memory_of_four():
    told = subprocess.run([sys.executable, "-c", EIGHT_AT_ONCE], capture_output=True, text=True, check=True).stdout
    came, kilobytes = told.rsplit(" ", 1)
    assert came == str([False] * 6 + [True] * 6)
    assert int(kilobytes) < 4 * 19_456 + 30_000


def test_hashes_of_the_product_have_the_strength_that_is_recommended(settings):
    settings.PASSWORD_HASHERS = ["ruoshui.organization.hashing.Argon2"]
    assert make_password("x").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
