"""However many receivers are silent, the others are told in time, and a signature is as old as its sending."""

import socket
import threading
from datetime import timedelta

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.webhooks import calling, couriers
from ruoshui.webhooks.actions import send_due_of
from ruoshui.webhooks.models import Delivery, Subscription
from tests.conftest import NOW
from tests.webhooks.test_webhooks import Receiver


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def receiver():
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def silent():
    """A server that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook"


def subscribed(name, url):
    values = {"name": name, "url": url, "kinds": ["cases.opened"], "may_be_inside": True}
    return configure(Subscription(), values, by=SYSTEM, at=NOW)


def test_a_silent_receiver_is_called_once_a_round_and_keeps_its_other_deliveries(monkeypatch, demo, opened, silent):
    monkeypatch.setattr(calling, "SECONDS", 0.2)
    subscription = subscribed("silent", silent)
    opened()
    opened()
    assert send_due_of(subscription.pk, lambda: NOW) == (0, False)
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_signature_is_made_when_the_line_stands(demo, opened, receiver):
    subscription = subscribed("crm", receiver.url)
    opened()
    times = [NOW, NOW + timedelta(seconds=70), NOW + timedelta(seconds=80), NOW + timedelta(seconds=90)]
    clock = iter(times)
    assert send_due_of(subscription.pk, lambda: next(clock)) == (1, True)
    ((_path, headers, _body),) = receiver.calls
    assert f"t={int(times[1].timestamp())}" in headers["X-Ruoshui-Signature"]


def test_the_silent_have_few_senders_of_their_own_and_the_others_all_of_theirs():
    """Ten receivers that never answer, and one that does: once they are known it is served beside them, in each round."""
    first, gate, told = threading.Semaphore(0), threading.Event(), threading.Event()

    def send(subscription, _clock):
        if subscription == 10:
            told.set()
            return 1, True
        first.release()
        gate.wait(5)
        return 0, False

    carriers = couriers.Couriers(due=lambda _at: list(range(11)), send=send)
    assert (carriers.send_due(NOW), told.wait(5)) == (11, True)
    assert all(first.acquire(timeout=5) for _one in range(10))
    gate.set()
    for thread in [one for one in threading.enumerate() if one.name == "webhook"]:
        thread.join(5)
    gate.clear()
    told.clear()
    assert (carriers.send_due(NOW), told.wait(5)) == (couriers.SILENT_AT_ONCE + 1, True)
    gate.set()
