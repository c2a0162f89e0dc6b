"""A form whose way is broken off, and one that is sent twice at once: what was asked for is there exactly once."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import signed_in
from tests.running import DATABASE, Stack, until

pytestmark = pytest.mark.journey

UNKNOWN = "我们无法确认您提交的内容是否已保存。本页会自动再次提交：同一次提交不会重复办理。"
HELD_UP = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{DATABASE}' AND wait_event_type = 'Lock'"


def _admin(running: Stack, *statements: str) -> None:
    server = running.environment["DATABASE_URL"].replace(f"/{DATABASE}?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def _held_up(running: Stack) -> Iterator[None]:
    """Whoever says something to a customer waits as long as this lasts."""
    connection = psycopg.connect(running.environment["DATABASE_URL"])
    try:
        connection.execute("LOCK TABLE cases_message IN EXCLUSIVE MODE")
        yield
    finally:
        connection.close()


def _in_flight(running: Stack) -> int:
    server = running.environment["DATABASE_URL"].replace(f"/{DATABASE}?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as connection:
        return int(connection.execute(HELD_UP).fetchall()[0][0])


@contextmanager
def _without_database(running: Stack) -> Iterator[None]:
    """Everybody's connection ends, and none is to be had."""
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{DATABASE}'"
    _admin(running, f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false", end_all)
    try:
        yield
    finally:
        _admin(running, f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true")


def _said(running: Stack, body: str) -> int:
    return int(running.sql(f"SELECT count(*) FROM cases_message WHERE body = '{body}'")[0][0])


def _answering(page: Page, running: Stack, body: str) -> str:
    """The page of a case with an answer typed in; its address."""
    [(case,)] = running.sql(
        "SELECT c.id FROM cases_case c JOIN organization_unit u ON u.id = c.unit_id "
        "WHERE u.code = 'city' AND c.state = 'open' AND NOT c.confidential ORDER BY c.id LIMIT 1"
    )
    address = f"{running.url}/work/cases/{case}"
    page.goto(address)
    page.locator("form[data-panel=reply] textarea").fill(body)
    return address


def test_an_answer_whose_database_is_lost_on_the_way_sends_itself_again_and_is_there_once(
    browser: Browser, running: Stack
):
    body = "Our electrician comes on Thursday morning."
    page = signed_in(browser, running, "zh-CN", "lead")
    address = _answering(page, running, body)
    with _held_up(running):
        page.locator("form[data-panel=reply] button.btn-primary").click(no_wait_after=True)
        until(lambda: _in_flight(running) == 1)
        with _without_database(running):
            expect(page.locator("body")).to_contain_text(UNKNOWN)
            tries = page.locator("input[name=sent_again]")
            expect(tries).to_have_value("2", timeout=40_000)  # by itself, and still nobody there
    page.wait_for_url(address, timeout=60_000)
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator(".message", has_text=body)).to_have_count(1)
    assert _said(running, body) == 1


def test_a_double_click_answers_once_and_shows_what_came_of_it(browser: Browser, running: Stack):
    body = "We have read your meter a second time."
    page = signed_in(browser, running, "zh-CN", "lead")
    address = _answering(page, running, body)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    with _held_up(running):
        page.locator("form[data-panel=reply] button.btn-primary").dblclick(no_wait_after=True)
        until(lambda: _in_flight(running) == 1)
    page.wait_for_url(address)
    expect(page.locator(".notice").first).to_be_visible()
    expect(page.locator(".message", has_text=body)).to_have_count(1)
    assert sent == [f"{address}/messages"]
    assert _said(running, body) == 1
