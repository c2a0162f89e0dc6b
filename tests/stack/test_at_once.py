"""Two requests truly in flight at once under one key of a form: one is done, the other gets the first one's answer."""

import http.client
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlencode

import psycopg
import pytest

from tests.running import DATABASE, Stack, stack, until

pytestmark = pytest.mark.stack
HELD_UP = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}' AND wait_event_type = 'Lock'"
TOKEN = re.compile(r'name="(csrfmiddlewaretoken|once_key)" value="([^"]+)"')


class Answer(NamedTuple):
    status: int
    place: str | None
    is_repeated: bool


@pytest.fixture(scope="module")
def running() -> Iterator[Stack]:
    with stack() as found:
        yield found


@contextmanager
def held_up(running: Stack, table: str) -> Iterator[None]:
    """Whoever writes into the table waits as long as this lasts."""
    connection = psycopg.connect(running.environment["DATABASE_URL"])
    try:
        connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield
    finally:
        connection.close()


class Visitor:
    """A browser without scripts: its cookies, and the keys of the form that it has open."""

    def __init__(self, running: Stack) -> None:
        self.running = running
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: str = "") -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("localhost", self.running.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, head)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def open(self, path: str) -> dict[str, str]:
        """The hidden fields of the page's form."""
        answer, text = self.ask("GET", path)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return dict(TOKEN.findall(text[text.index("<main") :]))

    def send(self, path: str, words: dict[str, str]) -> Answer:
        answer, _text = self.ask("POST", path, urlencode(words))
        return Answer(answer.status, answer.getheader("Location"), bool(answer.getheader("Idempotency-Replayed")))


def filed(running: Stack, subject: str) -> int:
    return int(running.sql(f"SELECT count(*) FROM cases_case WHERE subject = '{subject}'")[0][0])


def both(running: Stack, visitor: Visitor, first: dict[str, str], second: dict[str, str]) -> list[Answer]:
    """Their answers, those of two that were under way together: neither could end before both had begun."""
    with ThreadPoolExecutor(2) as pool:
        with held_up(running, "cases_case"):
            sent = [pool.submit(visitor.send, "/new/billing", words) for words in (first, second)]
            until(lambda: running.sql(HELD_UP) == [(2,)])
        return [one.result(60) for one in sent]


def words(visitor: Visitor, subject: str) -> dict[str, str]:
    said = {"name": "Ning Bo", "phone": "13800001234", "subject": subject}
    return visitor.open("/new/billing") | said


def test_two_at_once_under_one_key_are_done_once_and_get_one_answer(running: Stack):
    visitor = Visitor(running)
    form = words(visitor, "The meter stands still")
    answers = both(running, visitor, form, form)
    assert {(one.status, one.place) for one in answers} == {(302, answers[0].place)}
    assert sorted(one.is_repeated for one in answers) == [False, True]
    assert filed(running, form["subject"]) == 1


def test_two_at_once_under_two_keys_are_two(running: Stack):
    """So that it is the key, and not the wait, that makes them one."""
    visitor = Visitor(running)
    forms = [words(visitor, "The meter runs backwards") for _each in range(2)]
    assert forms[0]["once_key"] != forms[1]["once_key"]
    answers = both(running, visitor, *forms)
    assert [(one.status, one.is_repeated) for one in answers] == [(302, False), (302, False)]
    assert answers[0].place != answers[1].place
    assert filed(running, forms[0]["subject"]) == 2
