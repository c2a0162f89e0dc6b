"""Signed calls to a real server on this machine: in the transaction of the event, tried again, once more when asked."""

import hashlib
import hmac
import json
import threading
from contextlib import nullcontext
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ruoshui.cases.actions import categorize_case, close_case, note_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.organization.models import Membership, Reach, Role
from ruoshui.sla.actions import sweep_clocks
from ruoshui.webhooks.actions import deliver_again, delivering, new_secret, send_due_deliveries
from ruoshui.webhooks.guarding import CallsInside, TellsConfidential
from ruoshui.webhooks.models import Delivery, Subscription
from tests.conftest import NOW, refused


class Receiver:
    """Keeps the calls it gets; answers with the statuses it was given, then with 200."""

    def __init__(self):
        self.calls, self.statuses = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict(self.headers), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write("好的".encode())

            def log_message(self, *_arguments):
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def subscribed(demo, receiver):
    def make(**more):
        values = {"name": "crm", "url": receiver.url, "kinds": ["cases.opened", "cases.closed"], "may_be_inside": True}
        return configure(Subscription(), values | more, by=SYSTEM, at=NOW)

    return make


def test_a_confidential_case_is_told_only_where_that_is_meant(subscribed, opened, demo):
    quiet, told = subscribed(name="crm"), subscribed(name="core", confidential=True)
    case = opened()
    categorize_case(case, {"confidential": True}, by=demo.staff["lead"].actor, at=NOW)
    close_case(case, outcome="solved", summary="办好了", by=demo.staff["lead"].actor, at=NOW)
    kinds = Delivery.objects.order_by("event", "subscription").values_list("subscription", "kind")
    assert list(kinds) == [(quiet.pk, "cases.opened"), (told.pk, "cases.opened"), (told.pk, "cases.closed")]


@pytest.mark.parametrize(
    ("more", "rights", "refusal"),
    [
        ({"confidential": True}, ["security"], TellsConfidential),
        ({"may_be_inside": True}, ["security", "confidential"], CallsInside),
        ({"confidential": True}, ["security", "confidential"], None),
        ({}, ["security"], None),
    ],
)
def test_who_sets_up_one_unit_gives_a_webhook_no_more_than_they_have(demo, more, rights, refusal):
    role = Role.objects.create(code="channels", name_zh="渠道", permissions=rights, reach=Reach.UNIT)
    Membership.objects.create(staff=demo.staff["chen"], unit=demo.units["city"], role=role)
    values = {
        "name": "own",
        "url": "https://example.com/",
        "kinds": ["cases.opened"],
        "unit": demo.units["city"],
    } | more
    with refused(refusal) if refusal else nullcontext():
        configure(Subscription(), values, by=demo.staff["chen"].actor, at=NOW)
    assert Subscription.objects.filter(name="own").count() == (0 if refusal else 1)


def test_what_happens_is_told_signed_and_without_what_is_personal(subscribed, receiver, opened, demo):
    subscription = subscribed(kinds=["cases.opened", "cases.closed", "cases.reopened"])
    case = opened()
    note_case(case, body="内部", by=demo.staff["chen"].actor, at=NOW)
    close_case(case, outcome="solved", summary="办好了", by=demo.staff["chen"].actor, at=NOW)
    assert send_due_deliveries(NOW) == 2
    path, headers, body = receiver.calls[0]
    told = json.loads(body)
    assert (path, told["kind"], told["case"], told["unit"], told["customer"]) == (
        "/hook?x=1", "cases.opened", case.number, "city", case.customer_id,
    )  # fmt: skip
    moment, given = (part.partition("=")[2] for part in headers["X-Ruoshui-Signature"].split(","))
    wanted = hmac.new(subscription.secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (int(moment), given) == (int(NOW.timestamp()), wanted)
    assert json.loads(receiver.calls[1][2])["data"]["outcome"] == "solved"
    assert all(
        "办好了" not in body.decode() and "许文" not in body.decode() for _path, _headers, body in receiver.calls
    )


def test_nothing_is_told_of_what_was_undone(subscribed, opened):
    subscribed()
    with refused(Invalid):
        opened(subject="")
    assert not Delivery.objects.exists()


def test_only_what_was_asked_for_and_only_of_the_unit_and_below(subscribed, opened, demo):
    subscribed(kinds=["cases.closed"], unit=demo.units["south"])
    case = opened()
    close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=NOW)
    assert Delivery.objects.count() == 0
    subscribed(name="all", kinds=["cases.opened"], unit=demo.units["province"])
    opened()
    assert [one.kind for one in Delivery.objects.all()] == ["cases.opened"]


def test_a_broken_promise_is_told(subscribed, opened):
    subscribed(kinds=["sla.promise_broken"])
    opened()
    sweep_clocks(NOW + timedelta(days=9))
    assert {one.kind for one in Delivery.objects.all()} == {"sla.promise_broken"}


def test_history_is_not_told(subscribed, opened):
    subscribed()
    opened(at=NOW - timedelta(days=300))
    assert Delivery.objects.count() == 0


def test_a_refused_call_is_tried_again_and_given_up_after_a_day(subscribed, receiver, opened):
    subscribed()
    opened()
    receiver.statuses = [500, 302]
    assert (send_due_deliveries(NOW), send_due_deliveries(NOW + timedelta(seconds=9))) == (0, 0)
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.state, delivery.next_at) == (500, "waiting", NOW + timedelta(seconds=10))
    assert send_due_deliveries(NOW + timedelta(seconds=10)) == 0  # a redirect is not followed
    assert send_due_deliveries(NOW + timedelta(minutes=5)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.answer, len(receiver.calls)) == ("done", 3, "好的", 3)
    receiver.statuses = [500] * 20
    deliver_again(delivery, by=SYSTEM, at=NOW)
    for day in range(10):
        send_due_deliveries(NOW + timedelta(days=day))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_at) == ("failed", 8, None)


def test_once_more_carries_the_same_number(subscribed, receiver, opened):
    subscribed()
    opened()
    send_due_deliveries(NOW)
    deliver_again(Delivery.objects.get(), by=SYSTEM, at=NOW)
    send_due_deliveries(NOW)
    numbers = [headers["X-Ruoshui-Delivery"] for _path, headers, _body in receiver.calls]
    assert (len(numbers), len(set(numbers))) == (2, 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1:1/",
        "https://localhost:1/",
        "https://[::1]:1/",
        "https://10.0.0.1/",
    ],
)
def test_the_own_network_is_no_address_unless_it_is_meant(subscribed, opened, url):
    subscribed(url=url, may_be_inside=False)
    opened()
    assert send_due_deliveries(NOW) == 0
    assert "InsideAddress" in Delivery.objects.get().answer


def test_a_server_that_is_not_there_blocks_nothing(subscribed, opened):
    subscribed(url="http://127.0.0.1:1/")
    case = opened()
    assert (send_due_deliveries(NOW), Case.objects.filter(pk=case.pk).exists()) == (0, True)
    assert "ConnectionRefusedError" in Delivery.objects.get().answer


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://x.example/"},
        {"url": "javascript:alert(1)"},
        {"kinds": ["cases.noted"]},
        {"url": "http://crm.example/", "may_be_inside": False},
        {"url": "http://169.254.169.254/latest"},
        {"url": "https://224.0.0.1/"},
    ],
)
def test_an_address_or_kind_that_makes_no_sense_is_refused(subscribed, wrong):
    with refused(Invalid):
        subscribed(**wrong)


def test_a_new_secret_ends_the_old_one(subscribed):
    subscription = subscribed()
    before = subscription.secret
    assert new_secret(subscription, by=SYSTEM, at=NOW).secret != before


def test_the_pages_are_for_those_who_may_set_up(subscribed, receiver, opened, signed_in, demo):
    subscription = subscribed()
    opened()
    send_due_deliveries(NOW)
    admin = signed_in("admin")
    assert "crm" in admin.get("/settings/webhooks").content.decode()
    page = admin.get(f"/settings/webhooks/{subscription.pk}/deliveries").content.decode()
    assert (subscription.secret in page, "cases.opened" in page) == (True, True)
    delivery = Delivery.objects.get()
    admin.post(f"/settings/webhooks/deliveries/{delivery.pk}/again")
    assert send_due_deliveries(NOW) == 1
    admin.post(f"/settings/webhooks/{subscription.pk}/secret")
    subscription.refresh_from_db()
    assert subscription.generation == 2
    lead = signed_in("lead")
    assert lead.get(f"/settings/webhooks/{subscription.pk}/deliveries").status_code == 403
    assert lead.post(f"/settings/webhooks/deliveries/{delivery.pk}/again").status_code == 403


def test_a_sender_that_died_is_followed_by_another_with_the_same_number(subscribed, receiver, opened):
    subscription = subscribed()
    opened()
    died = delivering._lease(subscription.pk, NOW)
    assert (send_due_deliveries(NOW), send_due_deliveries(NOW + delivering.LEASE - timedelta(seconds=1))) == (0, 0)
    assert send_due_deliveries(NOW + delivering.LEASE) == 1
    assert [headers["X-Ruoshui-Delivery"] for _path, headers, _body in receiver.calls] == [str(died.pk)]
    # What the first one would still have to say comes too late.
    assert delivering._keep_result(died, 500, "late", NOW + delivering.LEASE) is False
    assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == ("done", 2)


def test_asked_for_once_more_while_it_is_on_its_way_it_goes_once_more(subscribed, receiver, opened):
    subscription = subscribed()
    opened()
    on_its_way = delivering._lease(subscription.pk, NOW)
    deliver_again(on_its_way, by=SYSTEM, at=NOW)
    assert delivering._keep_result(on_its_way, 200, "", NOW) is False
    assert (send_due_deliveries(NOW), len(receiver.calls)) == (1, 1)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_deliveries_costs_the_same_for_one_and_three(
    subscribed, opened, signed_in, number, django_assert_max_num_queries
):
    subscription = subscribed()
    for _each in range(number):
        opened()
    client = signed_in("admin")
    with django_assert_max_num_queries(10):
        assert len(client.get(f"/settings/webhooks/{subscription.pk}/deliveries").context["rows"]) == number
