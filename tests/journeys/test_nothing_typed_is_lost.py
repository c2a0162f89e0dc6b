"""What somebody typed is theirs until the server has it: sessions end, networks break, computers are shared."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import IN_CHINESE, page_of, signed_in
from tests.running import Stack

pytestmark = pytest.mark.journey

WORDS = {
    "zh-CN": {
        "kept": "尚未提交。以下内容填写于",
        "unsent": "您的登录已失效，内容尚未提交，已保留在本浏览器中。",
        "unknown": "已提交，但未能确认是否送达。",
        "anothers": "此表单由另一位员工登录时打开",
    },
    "en-US": {
        "kept": "Not sent yet. You typed this at",
        "unsent": "You were no longer signed in, so nothing was sent.",
        "unknown": "Sent, but we could not tell you that it arrived.",
        "anothers": "Somebody else was signed in when this form was opened",
    },
}


def _case(running: Stack) -> str:
    [(case,)] = running.sql(
        "SELECT c.id FROM cases_case c JOIN organization_unit u ON u.id = c.unit_id "
        "WHERE u.code = 'city' AND c.state = 'open' AND NOT c.confidential ORDER BY c.id LIMIT 1"
    )
    return f"{running.url}/work/cases/{case}"


def _said(running: Stack, body: str) -> int:
    return int(running.sql(f"SELECT count(*) FROM cases_message WHERE body = '{body}'")[0][0])


def _type(page: Page, address: str, body: str) -> None:
    page.goto(address)
    page.locator("form[data-panel=reply] textarea").fill(body)


def _send(page: Page) -> None:
    page.locator("form[data-panel=reply] button.btn-primary").click()


def _enter(page: Page, username: str) -> None:
    page.fill("#username", username)
    page.fill("#password", "ruoshui-demo")
    page.press("#password", "Enter")


def _end_sessions(running: Stack) -> None:
    running.sql("DELETE FROM django_session RETURNING 1")


@IN_CHINESE
def test_words_typed_in_a_session_that_ended_are_there_after_signing_in_and_are_sent_once(
    browser: Browser, running: Stack, language: str
):
    body = f"Your meter is read on Friday. {language}"
    page, address = signed_in(browser, running, language, "lead"), _case(running)
    _type(page, address, body)
    _end_sessions(running)
    _send(page)
    expect(page.locator(".notice.is-urge")).to_contain_text(WORDS[language]["unsent"])
    _enter(page, "lead")
    page.wait_for_url(address)
    expect(page.locator("form[data-panel=reply] textarea")).to_have_value(body)
    expect(page.locator("form[data-panel=reply] [data-kept-note]")).to_be_visible()
    assert _said(running, body) == 0
    _send(page)
    expect(page.locator(".message", has_text=body)).to_have_count(1)
    expect(page.locator("form[data-panel=reply] textarea")).to_have_value("")
    expect(page.locator("[data-kept-note]")).to_have_count(0)
    assert _said(running, body) == 1
    page.context.close()


def test_a_form_goes_though_its_person_signed_in_again_in_another_tab(browser: Browser, running: Stack):
    body = "We call you back at noon."
    page, address = signed_in(browser, running, "en-US", "lead"), _case(running)
    _type(page, address, body)
    _end_sessions(running)
    other = page.context.new_page()
    other.goto(f"{running.url}/work/sign-in")
    _enter(other, "lead")
    other.wait_for_url("**/work/cases**")
    _send(page)
    expect(page.locator(".message", has_text=body)).to_have_count(1)
    assert _said(running, body) == 1
    page.context.close()


@IN_CHINESE
def test_the_next_colleague_at_this_computer_finds_no_word_and_sends_none_of_the_last_one(
    browser: Browser, running: Stack, language: str
):
    body = f"Between us: they are furious. {language}"
    page, address = signed_in(browser, running, language, "lead"), _case(running)
    page.goto(address)
    page.locator("[data-key-note]").click()
    page.locator("form[data-panel=note] textarea").fill(body)
    _end_sessions(running)
    other = page.context.new_page()
    other.goto(f"{running.url}/work/sign-in?next={address.removeprefix(running.url)}")
    _enter(other, "chen")
    other.wait_for_url(address)
    other.context.add_cookies(
        [{"name": "django_language", "value": "en" if language == "en-US" else "zh-hans", "url": running.url}]
    )
    expect(other.locator("form[data-panel=note] textarea")).to_have_value("")
    page.locator("form[data-panel=note] button.btn-primary").click()
    expect(page.locator("body")).to_contain_text(WORDS[language]["anothers"])
    assert _said(running, body) == 0
    _end_sessions(running)
    other.goto(f"{running.url}/work/sign-in?next={address.removeprefix(running.url)}")
    _enter(other, "lead")
    other.wait_for_url(address)
    expect(other.locator("form[data-panel=note] textarea")).to_have_value(body)
    page.context.close()


def test_signing_out_asks_before_it_discards_what_was_not_sent(browser: Browser, running: Stack):
    page, address = signed_in(browser, running, "en-US", "lead"), _case(running)
    _type(page, address, "Half a thought")
    asked: list[str] = []

    def answer(dialog, accept: bool) -> None:
        asked.append(dialog.message)
        dialog.accept() if accept else dialog.dismiss()

    page.once("dialog", lambda dialog: answer(dialog, accept=False))
    page.locator("form[data-leaves] button").click()
    expect(page.locator("form[data-panel=reply] textarea")).to_have_value("Half a thought")
    page.once("dialog", lambda dialog: answer(dialog, accept=True))
    page.locator("form[data-leaves] button").click()
    page.wait_for_url("**/work/sign-in")
    assert asked == ["Something you typed was not sent. Signing out discards it. Sign out?"] * 2
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Half a thought" not in kept
    page.context.close()


def _fill_in(page: Page, running: Stack, subject: str) -> None:
    page.goto(f"{running.url}/new/billing")
    page.fill("#subject", subject)
    page.fill("#body", "The bill counts the garage twice.")
    page.fill("#phone", "13900007777")


def _filed(running: Stack, subject: str) -> int:
    return int(running.sql(f"SELECT count(*) FROM cases_case WHERE subject = '{subject}'")[0][0])


@IN_CHINESE
def test_every_field_of_a_visitor_outlives_a_refusal_a_reload_and_a_broken_network(
    browser: Browser, running: Stack, language: str
):
    subject = f"Counted twice {language}"
    page = page_of(browser, language)
    _fill_in(page, running, subject)
    page.locator("form.panel button[type=submit]").click()  # without a name
    expect(page.locator(".field-error").first).to_be_visible()
    page.goto(f"{running.url}/track")
    page.goto(f"{running.url}/new/billing")
    expect(page.locator("#subject")).to_have_value(subject)
    expect(page.locator("#phone")).to_have_value("13900007777")
    expect(page.locator("[data-kept-note]")).to_contain_text(WORDS[language]["kept"])
    page.fill("#name", "Bo Ning")
    page.context.set_offline(True)
    page.locator("form.panel button[type=submit]").click(no_wait_after=True)
    page.wait_for_event("framenavigated")
    page.context.set_offline(False)
    page.goto(f"{running.url}/new/billing")
    expect(page.locator("#name")).to_have_value("Bo Ning")
    expect(page.locator("[data-kept-note]")).to_contain_text(WORDS[language]["unknown"])
    page.locator("form.panel button[type=submit]").click()
    page.wait_for_url("**/case/RS*")
    assert _filed(running, subject) == 1
    page.goto(f"{running.url}/new/billing")
    expect(page.locator("#subject")).to_have_value("")
    page.context.close()


def _answer_is_lost_once(context: BrowserContext, address: str) -> None:
    """The server takes it; the browser hears nothing."""

    def lose(route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        route.fetch(max_redirects=0)
        route.abort()
        context.clear_cookies(name="has_it")  # what Playwright fetches for us leaves its cookies behind
        context.clear_cookies(name="sessionid")
        context.unroute(address)

    context.route(address, lose)


def test_a_need_whose_answer_was_lost_is_sent_again_as_the_same_one(browser: Browser, running: Stack):
    page = page_of(browser, "en-US")
    _fill_in(page, running, "Lost on the way back")
    page.fill("#name", "Bo Ning")
    _answer_is_lost_once(page.context, "**/new/billing")
    with page.expect_event("requestfailed"):
        page.locator("form.panel button[type=submit]").click(no_wait_after=True)
    assert _filed(running, "Lost on the way back") == 1
    page.wait_for_url("chrome-error://**")  # the browser's own page comes after the failure, and would be in the way
    page.goto(f"{running.url}/new/billing")
    expect(page.locator("[data-kept-note]")).to_contain_text(WORDS["en-US"]["unknown"])
    page.locator("form.panel button[type=submit]").click()
    page.wait_for_url("**/case/RS*")
    assert _filed(running, "Lost on the way back") == 1
    page.context.close()


def test_the_next_visitor_of_a_shared_computer_finds_an_empty_form(browser: Browser, running: Stack):
    page = page_of(browser, "zh-CN")
    _fill_in(page, running, "Nobody else's business")
    following = page.context.new_page()
    page.close()
    following.goto(f"{running.url}/new/billing")
    expect(following.locator("#subject")).to_have_value("")
    assert "Nobody else" not in following.evaluate("JSON.stringify({...localStorage})")
    following.context.close()


def test_a_visit_is_over_after_half_an_hour_without_a_key(browser: Browser, running: Stack):
    page = page_of(browser, "zh-CN")
    page.clock.install()
    _fill_in(page, running, "Left alone")
    page.clock.fast_forward("31:00")
    page.goto(f"{running.url}/new/billing")
    expect(page.locator("#subject")).to_have_value("")
    page.context.close()


def test_discarding_what_was_kept_shows_the_form_as_the_page_has_it(browser: Browser, running: Stack):
    page = page_of(browser, "en-US")
    _fill_in(page, running, "Not so important")
    page.reload()
    expect(page.locator("#subject")).to_have_value("Not so important")
    page.locator("[data-kept-discard]").click()
    expect(page.locator("#subject")).to_have_value("")
    page.reload()
    expect(page.locator("#subject")).to_have_value("")
    page.context.close()
