"""A real browser on the real processes."""

import shutil

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import Stack, stack

# One language a journey; what is said in the other is walked by `bin/test -m slow`, and the texts are tested by themselves.
IN_CHINESE = pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-US", marks=pytest.mark.slow)])
IN_ENGLISH = pytest.mark.parametrize("language", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def running():
    with stack() as found:
        yield found


@pytest.fixture(scope="package")
def browser():
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert path, "the journeys need Chromium: bin/test says how to get it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield found
        found.close()


def page_of(browser: Browser, language: str, **options) -> Page:
    page = browser.new_context(locale=language, **options).new_page()
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.faults = faults  # type: ignore[attr-defined]
    return page


def signed_in(browser: Browser, running: Stack, language: str, username: str) -> Page:
    page = page_of(browser, language)
    page.goto(f"{running.url}/work/sign-in")
    page.fill("#username", username)
    page.fill("#password", "ruoshui-demo")
    page.press("#password", "Enter")
    page.wait_for_url("**/work/cases**")
    code = "en" if language == "en-US" else "zh-hans"
    page.context.add_cookies([{"name": "django_language", "value": code, "url": running.url}])
    return page
