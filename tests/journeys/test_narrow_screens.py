"""No page is wider than the phone it is read on, whatever somebody has written, and its words can be read: in both
languages, in the light and in the dark.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import IN_ENGLISH, page_of, signed_in
from tests.journeys.looks import wrong_with
from tests.running import Stack

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
LONG = "Zähler" + "w" * 185 + "letzter"  # 198 letters without a blank
MOST = 120
NOT_PAGES = re.compile(
    r"^/(static|device|language|in|api|chat)|sign-out|\.\w{2,4}($|\?)|[?&](as|form|format|export)=|/(file|feed)/"
)


def _kind(address: str) -> str:
    return re.sub(r"[0-9]+|(?<=/)[A-Z0-9]{8,}", "#", urlsplit(address).path)


def _walked(page: Page, base: str, starts: list[str]) -> Iterator[str]:
    """Each kind of page once, by its links."""
    waiting, known = [urljoin(base, one) for one in starts], {_kind(one) for one in starts}
    for address in waiting:
        answer = page.goto(address)
        if answer is None or answer.status >= 400 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address.removeprefix(base)
        links = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.href)")
        for link in links:
            path = link.removeprefix(base).split("#")[0]
            if link.startswith(base) and not NOT_PAGES.search(path) and _kind(path) not in known and len(known) < MOST:
                known.add(_kind(path))
                waiting.append(urljoin(base, path))


def _file(browser: Browser, running: Stack, language: str = "en-US") -> Page:
    page = page_of(browser, language, viewport=PHONE, reduced_motion="reduce")
    page.goto(f"{running.url}/new/complaint")
    for name, words in {"subject": LONG, "body": f"{LONG}\n{LONG}", "name": LONG[:150], "phone": "13800138777"}.items():
        page.fill(f"#{name}", words)
    page.locator("form.panel button[type=submit]").click()
    page.wait_for_url("**/case/RS*")
    return page


def _wrong(page: Page, running: Stack, starts: list[str]) -> tuple[int, dict[str, list[str]]]:
    seen, wrong = 0, {}
    for address in _walked(page, running.url, starts):
        seen += 1
        if found := wrong_with(page):
            wrong[address] = found
    return seen, wrong


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_every_page_of_the_portal_fits_a_phone_and_can_be_read(browser: Browser, running: Stack, language: str):
    page = _file(browser, running, language)
    seen, wrong = _wrong(page, running, ["/", page.url.removeprefix(running.url)])
    assert wrong == {}
    assert seen > 12
    page.context.close()


# English words are the longer ones; a second walk through all pages takes minutes.
@IN_ENGLISH
def test_every_page_of_staff_fits_a_phone_and_can_be_read(browser: Browser, running: Stack, language: str):
    case = int(_file(browser, running).url.rpartition("RS")[2])
    page = signed_in(browser, running, language, "admin")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.emulate_media(reduced_motion="reduce")
    [(customer,)] = running.sql(f"SELECT customer_id FROM cases_case WHERE id = {case}")
    starts = [f"/work/cases/{case}", f"/work/customers/{customer}", "/work/cases?sight=all", "/work/cases/new"]
    starts += [f"/work/search?q={LONG}", "/work/desk", "/cockpit/", "/settings/", "/branch/"]
    seen, wrong = _wrong(page, running, starts)
    assert wrong == {}
    assert seen > 60
    page.context.close()
