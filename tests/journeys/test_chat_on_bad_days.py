"""The chat where answers get lost, addresses have no https and Enter belongs to an input method."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import page_of, signed_in
from tests.running import Stack, until

pytestmark = pytest.mark.journey

PLAIN_HTTP = "delete Crypto.prototype.randomUUID;"
# What browsers send for the Enter that takes a candidate: while composing, by its code, and just after it ended.
COMPOSING = """(field) => {
  const enter = (more) => field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...more }));
  enter({ isComposing: true });
  enter({ keyCode: 229 });
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  enter({});
}"""


def _chat(browser: Browser, running: Stack) -> Page:
    [(code,)] = running.sql("SELECT code FROM channels_line WHERE kind = 'chat' AND is_active LIMIT 1")
    page = page_of(browser, "zh-CN")
    page.context.add_init_script(PLAIN_HTTP)
    page.goto(f"{running.url}/chat/{code}")
    return page


def _heard(running: Stack, text: str) -> int:
    return int(running.sql(f"SELECT count(*) FROM channels_textin WHERE text = '{text}'")[0][0])


def _lose_the_answer_once(page: Page) -> None:
    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/say", lose, times=1)


def test_a_lost_answer_and_corrected_words_are_two_messages(browser: Browser, running: Stack):
    page = _chat(browser, running)
    _lose_the_answer_once(page)
    page.locator("textarea").fill("My number is 13900001111")
    page.locator("textarea").press("Enter")
    expect(page.locator("[data-error]")).to_be_visible()
    assert _heard(running, "My number is 13900001111") == 1
    page.locator("textarea").fill("Sorry: it is 13900002222")
    page.locator("textarea").press("Enter")
    expect(page.locator("textarea")).to_have_value("")
    until(lambda: _heard(running, "Sorry: it is 13900002222") == 1)
    expect(page.locator(".is-mine .chat-bubble")).to_have_count(2)
    page.context.close()


def test_the_same_words_after_a_lost_answer_are_one_message(browser: Browser, running: Stack):
    page = _chat(browser, running)
    _lose_the_answer_once(page)
    page.locator("textarea").fill("It is dark on our stairs")
    page.locator("textarea").press("Enter")
    expect(page.locator("[data-error]")).to_be_visible()
    page.locator("textarea").press("Enter")
    expect(page.locator("textarea")).to_have_value("")
    assert _heard(running, "It is dark on our stairs") == 1
    page.context.close()


def test_words_not_sent_yet_outlive_a_reload_and_not_the_tab(browser: Browser, running: Stack):
    page = _chat(browser, running)
    page.locator("textarea").fill("Half a sentence")
    page.reload()
    expect(page.locator("textarea")).to_have_value("Half a sentence")
    following = page.context.new_page()
    following.goto(page.url)
    expect(following.locator("textarea")).to_have_value("")
    page.context.close()


def test_the_enter_that_ends_a_composition_sends_nothing(browser: Browser, running: Stack):
    page = _chat(browser, running)
    page.locator("textarea").fill("dian biao")
    page.locator("textarea").evaluate(COMPOSING)
    expect(page.locator("textarea")).to_have_value("dian biao")
    page.locator("textarea").clear()
    page.locator("textarea").press_sequentially("电表", delay=50)
    page.locator("textarea").press("Enter")
    expect(page.locator(".is-mine .chat-bubble")).to_have_text(["电表"])
    page.context.close()


def test_the_palette_goes_nowhere_by_an_enter_of_an_input_method(browser: Browser, running: Stack):
    page = signed_in(browser, running, "zh-CN", "lead")
    page.keyboard.press("Control+k")
    page.locator("[data-palette-input]").fill("ke hu")
    before = page.url
    page.locator("[data-palette-input]").evaluate(COMPOSING)
    expect(page.locator("dialog[data-dialog=palette]")).to_be_visible()
    assert page.url == before
    page.context.close()
