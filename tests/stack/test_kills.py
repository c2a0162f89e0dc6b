"""kill -9 of anything at any moment while people send forms: nothing accepted is lost, nothing is done twice."""

import contextlib
import http.client
import http.cookiejar
import os
import random
import re
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field

import pytest

from tests.running import until
from tests.whole import Whole, whole

pytestmark = pytest.mark.stack
PARTS = ("run", "web", "live", "worker", "database")
CLIENTS = 3
PATIENCE = 300.0
BACK_SECONDS = 15.0


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object, **_more: object) -> None:
        return None


@dataclass
class Sender:
    """A browser that files one need after another, and sends a form again, as it is, until it is answered."""

    url: str
    stopping: threading.Event
    sent: list[str] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _Stay())
        while not self.stopping.is_set():
            page = self._until_answered(browser, f"{self.url}/new/billing", None, 200)
            fields = dict(
                re.findall(r'name="(csrfmiddlewaretoken|once_key)" value="([^"]+)"', page[1].split("novalidate")[-1])
            )
            subject = uuid.uuid4().hex
            self.sent.append(subject)
            form = fields | {"name": "Ning Bo", "phone": f"139{random.randrange(10**8):08}", "subject": subject}
            place, _body = self._until_answered(
                browser, f"{self.url}/new/billing", urllib.parse.urlencode(form).encode(), 302
            )
            self.accepted[subject] = place

    def _until_answered(self, browser, url: str, data: bytes | None, status: int) -> tuple[str, str]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with browser.open(url, data, timeout=20) as answer:
                    got, place, body = answer.status, "", answer.read().decode()
            except urllib.error.HTTPError as other:
                got, place, body = other.code, other.headers.get("Location", ""), other.read().decode(errors="replace")
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            if got == status:
                return place, body
            if got != 503:
                self.wrong.append(f"{got}: {body[:300]}")
            time.sleep(0.2)
        raise AssertionError(f"{url} was not answered within {PATIENCE:.0f} s")


def kill_one(run: Whole, rng: random.Random) -> str:
    """One process of a part, whichever; a killed run is started again at once."""
    name = rng.choice(PARTS)
    if pids := run.pids()[name]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(rng.choice(pids), signal.SIGKILL)
    if name == "run":
        run.process.wait()
        run.begin()
    return name


def endure(run: Whole, kills: int, within: float) -> dict[str, list[float]]:
    """So many kills under load; how long the pages were away after each, by what was killed."""
    rng, stopping = random.Random(kills), threading.Event()
    senders = [Sender(f"http://localhost:{run.port}", stopping) for _each in range(CLIENTS)]
    threads = [threading.Thread(target=sender.run) for sender in senders]
    for thread in threads:
        thread.start()
    away: dict[str, list[float]] = {}
    for _each in range(kills):
        time.sleep(rng.random() * 1.5)  # at any moment, also while the last kill is still being got over
        name = kill_one(run, rng)
        away.setdefault(name, []).append(run.back_within(within))
    stopping.set()
    for thread in threads:
        thread.join(PATIENCE)
    accepted = {subject: place for sender in senders for subject, place in sender.accepted.items()}
    assert sorted(accepted) == sorted(subject for sender in senders for subject in sender.sent)
    assert len(accepted) >= kills // 2
    ours = "FROM cases_case WHERE length(subject) = 32"
    kept = run.sql(f"SELECT subject, count(*), max(id) {ours} GROUP BY 1")
    assert {subject: count for subject, count, _id in kept} == dict.fromkeys(accepted, 1)
    assert {subject: int(re.sub(r"\D", "", accepted[subject])) for subject in accepted} == {s: pk for s, _n, pk in kept}
    opened = run.sql(
        f"SELECT count(*), count(DISTINCT about_id) FROM core_event WHERE kind = 'cases.opened' AND about_id IN (SELECT id {ours})"
    )
    assert opened == [(len(accepted), len(accepted))]
    assert [wrong for sender in senders for wrong in sender.wrong] == []
    until(lambda: run.sql("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')") == [(0,)], 120)
    return away


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with whole(tmp_path_factory.mktemp("data")) as found:
        found.start()
        code, told = found.command("demo")
        assert code == 0, told
        yield found


def test_a_few_kills_lose_nothing_and_do_nothing_twice(run: Whole):
    endure(run, 6, 90.0)


@pytest.mark.slow
def test_a_thousand_kills_lose_nothing_and_the_pages_are_soon_back(run: Whole):
    """RUOSHUI_KILLS: another number of them."""
    away = endure(run, int(os.environ.get("RUOSHUI_KILLS", "1000")), 90.0)
    told = {
        name: f"{len(times)} kills, away {sorted(times)[len(times) // 2]:.1f} s, at most {max(times):.1f} s"
        for name, times in away.items()
    }
    print(told)
    assert max(max(times) for times in away.values()) < BACK_SECONDS, told
