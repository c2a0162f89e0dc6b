"""Webhooks through the real worker: a slow receiver delays nobody, and a sender that was killed is followed."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.running import stack, until

pytestmark = pytest.mark.stack
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.webhooks.models import Subscription
for name, port in %r:
    values = dict(name=name, url=f"http://127.0.0.1:{port}/", kinds=["cases.opened"], may_be_inside=True)
    configure(Subscription(), values, by=SYSTEM, at=timezone.now())
"""


class Receiver:
    """Keeps the numbers it is told; answers once `open` is set."""

    def __init__(self, *, slow: bool) -> None:
        self.told: list[str] = []
        self.open = threading.Event()
        if not slow:
            self.open.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append(self.headers["X-Ruoshui-Delivery"])
                receiver.open.wait(120)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_arguments):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def receivers():
    found = {"slow": Receiver(slow=True), "quick": Receiver(slow=False)}
    yield found
    for one in found.values():
        one.open.set()
        one.server.shutdown()


def test_a_slow_receiver_delays_nobody_and_what_a_killed_sender_had_is_sent_again(receivers):
    slow, quick = receivers["slow"], receivers["quick"]
    with stack() as running:
        running.python(SET_UP % [(name, one.server.server_port) for name, one in receivers.items()])
        token = running.token()
        for n in range(4):
            body = {"type": "billing", "subject": f"n{n}", "body": "x", "customer": {"name": "沈佳"}}
            assert running.call("POST", "/cases", body, token=token)[0] == 201, json.dumps(body)
        until(lambda: len(quick.told) == 4)
        first = slow.told[0]
        waiting = "SELECT count(*) FROM webhooks_delivery WHERE state = 'waiting'"
        assert (len(slow.told), running.sql(waiting)) == (1, [(4,)])  # it is still being told the first
        # No transaction stays open while it waits; one of the moment comes and goes.
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND query ~ 'webhooks'"
        until(lambda: running.sql(idle) == [(0,)])
        running.kill("worker")
        running.start("worker")
        slow.open.set()
        until(lambda: running.sql(waiting) == [(0,)], 90)
        assert slow.told.count(first) >= 2
        assert len(set(slow.told)) == 4
