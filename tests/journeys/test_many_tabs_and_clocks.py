"""Many tabs, pages that the browser kept, and a wall whose clock is wrong."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import page_of, signed_in
from tests.journeys.test_branch import device
from tests.running import Stack, until

pytestmark = pytest.mark.journey

TABS = 10
ESTABLISHED = "01"
SILENT_VOICE = """
  window.spoken = [];
  window.speechSynthesis.speak = (words) => window.spoken.push(words.text);
  localStorage.setItem("ruoshui-sound", "on");
"""


def _connections_to(port: int) -> int:
    """From this machine, as its kernel counts them: by the port they go to."""
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
    to = f":{port:04X}"
    return sum(1 for row in rows if row[2].endswith(to) and row[3] == ESTABLISHED)


def test_ten_tabs_are_live_by_one_connection_and_each_hears_of_its_own_case(browser: Browser, running: Stack):
    first = signed_in(browser, running, "en-US", "lead")
    cases = running.sql(
        "SELECT c.id FROM cases_case c JOIN organization_unit u ON u.id = c.unit_id "
        f"WHERE u.code = 'city' AND NOT c.confidential ORDER BY c.id LIMIT {TABS}"
    )
    pages = [first, *(first.context.new_page() for _tab in range(TABS - 1))]
    for page, (case,) in zip(pages, cases, strict=False):
        page.goto(f"{running.url}/work/cases/{case}")
    for page in pages:
        expect(page.locator("[data-live-light].is-on")).to_be_visible()
    others = browser.contexts
    assert len(others) == 1, "other browsers would be counted too"
    until(lambda: _connections_to(running.port + 1) == 1)
    loads: list[str] = []
    for page in pages[1:]:
        page.on("request", lambda request: loads.append(request.url) if "part=" in request.url else None)
    writer = first.context.new_page()
    writer.goto(f"{running.url}/work/cases/{cases[0][0]}")
    writer.locator("[data-key-note]").click()
    writer.locator("form[data-panel=note] textarea").fill("Seen by all who have it open")
    writer.locator("form[data-panel=note] button.btn-primary").click()
    expect(first.locator(".message", has_text="Seen by all who have it open")).to_be_visible()
    assert loads == []
    first.context.close()


def test_a_page_that_the_browser_kept_brings_itself_up_to_date(browser: Browser, running: Stack):
    """What the browser tells such a page, told to it: this one keeps no page whose answers are not to be stored."""
    page = signed_in(browser, running, "en-US", "lead")
    [(case,)] = running.sql(
        "SELECT c.id FROM cases_case c JOIN organization_unit u ON u.id = c.unit_id "
        "WHERE u.code = 'city' AND NOT c.confidential ORDER BY c.id LIMIT 1"
    )
    page.goto(f"{running.url}/work/cases/{case}")
    expect(page.locator("[data-live-light].is-on")).to_be_visible()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    with page.expect_request("**part=talk"):
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("[data-live-light].is-on")).to_be_visible()
    page.context.close()


def test_a_wall_whose_clock_is_fast_calls_out_and_shows_the_time_of_its_branch(browser: Browser, running: Stack):
    hall = page_of(browser, "zh-CN", viewport={"width": 1920, "height": 1080}, timezone_id="America/New_York")
    hall.add_init_script(SILENT_VOICE)
    hall.clock.install(time=datetime.now(UTC) + timedelta(seconds=120))
    hall.goto(device(running, "hall"))
    clerk = signed_in(browser, running, "zh-CN", "east")
    clerk.goto(f"{running.url}/branch/east/counters/1")
    shown = clerk.locator("[data-counter] [data-number]")
    before = shown.inner_text() if shown.count() else ""
    clerk.keyboard.press("n")
    expect(shown).not_to_have_text(before) if before else expect(shown).to_be_visible()
    number = shown.inner_text()
    called = hall.locator(".wall-call.is-called", has_text=number)
    until(lambda: hall.evaluate("htmx.trigger('#page', 'changed')") or called.count())
    until(lambda: hall.evaluate("window.spoken.length"))
    at_branch = datetime.fromtimestamp(time.time(), UTC) + timedelta(hours=8)
    assert hall.locator("[data-clock]").inner_text() in {
        f"{at_branch - timedelta(minutes=back):%H:%M}" for back in (0, 1)
    }
    for page in (hall, clerk):
        page.context.close()
