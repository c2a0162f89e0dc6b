"""The whole loop in a real browser, in Chinese and in English."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import IN_ENGLISH, page_of, signed_in
from tests.running import Stack

pytestmark = pytest.mark.journey
WORDS = {
    "zh-CN": {
        "need": "投诉与意见",
        "subject": "营业厅等了两个小时",
        "body": "只开了一个窗口，没有人解释。",
        "name": "许文静",
        "send": "提交",
        "promise": "您将在此时间前得到首次答复",
        "take": "我来办理",
        "reply": "您好，非常抱歉，我们正在核实。",
        "close": "办结",
        "close_it": "办结工单",
        "closed": "您的诉求已办结",
        "rate": "评价本次服务",
        "why": "还是没有人解释",
        "sorry": "很抱歉，请简单告诉我们哪里没有做好",
        "thanks": "感谢您",
        "follow_up": "跟进回访：{number} 评分 2 分",
    },
    "en-US": {
        "need": "Complaint",
        "subject": "Two hours in the hall",
        "body": "Only one counter was open.",
        "name": "Emma Stone",
        "send": "Send",
        "promise": "You will have a first answer by",
        "take": "Take it",
        "reply": "We are very sorry and look into it.",
        "close": "Close",
        "close_it": "Close the case",
        "closed": "Your request is closed",
        "rate": "Rate our service",
        "why": "Nobody explained anything",
        "sorry": "Please tell us in a word what went wrong",
        "thanks": "Thank you",
        "follow_up": "{number}",
    },
}


@IN_ENGLISH
def test_a_need_becomes_a_case_an_answer_a_bad_rating_and_new_work(browser: Browser, running: Stack, language: str):
    words = WORDS[language]
    # An agent watches the list of the unit while nothing is there yet.
    agent = signed_in(browser, running, language, "zhao")
    agent.goto(f"{running.url}/work/cases?sight=unit")
    expect(agent.locator("[data-live-light].is-on")).to_be_visible()

    # The customer tells us what he needs, on a phone.
    customer = page_of(browser, language, viewport={"width": 390, "height": 844})
    customer.goto(running.url)
    customer.get_by_role("link", name=re.compile(words["need"])).click()
    customer.fill("#subject", words["subject"])
    customer.fill("#body", words["body"])
    customer.fill("#name", words["name"])
    customer.fill("#email", "customer@example.com")
    customer.get_by_role("button", name=words["send"]).click()
    expect(customer.get_by_text(words["promise"])).to_be_visible()
    number = customer.locator("[data-number]").inner_text()

    # The agent sees it without reloading, takes it, answers, closes it.
    agent.get_by_role("link", name=words["subject"]).click()
    expect(agent.get_by_text(words["body"]).first).to_be_visible()
    take = agent.get_by_role("button", name=words["take"])
    if take.is_visible():
        take.click()
    agent.keyboard.press("r")
    agent.locator("form[data-panel=reply] textarea").fill(words["reply"])
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".message.is-reply").get_by_text(words["reply"])).to_be_visible()

    # The customer sees the answer live.
    expect(customer.get_by_text(words["reply"])).to_be_visible()

    agent.locator(".case-actions").get_by_role("button", name=words["close_it"]).click()
    dialog = agent.locator("dialog[open]")
    dialog.get_by_role("button", name=words["close_it"]).click()
    expect(agent.locator(".badge-rs.is-closed").first).to_be_visible()

    # The customer is asked, and is not satisfied.
    expect(customer.get_by_text(words["closed"])).to_be_visible()
    customer.get_by_role("link", name=words["rate"]).click()
    customer.locator("input[name=satisfaction][value='2']").check(force=True)
    customer.get_by_role("button", name=words["send"]).click()
    expect(customer.get_by_text(words["sorry"])).to_be_visible()
    customer.fill("#comment", words["why"])
    customer.get_by_role("button", name=words["send"]).click()
    expect(customer.get_by_text(words["thanks"]).first).to_be_visible()

    # The supervisor has the follow-up as work, and the cockpit shows it.
    lead = signed_in(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/cases?sight=mine")
    expect(lead.get_by_role("link", name=re.compile(words["follow_up"].format(number=number))).first).to_be_visible()
    lead.get_by_role("link", name=re.compile(number)).first.click()
    expect(lead.get_by_text(words["why"]).first).to_be_visible()
    lead.goto(f"{running.url}/cockpit/")
    expect(lead.locator("[data-figure=satisfied]")).to_contain_text("%")
    expect(lead.locator("rs-chart svg").first).to_be_visible()
    for page in (agent, customer, lead):
        assert [fault for fault in page.faults if "422" not in fault and "favicon" not in fault] == []  # type: ignore[attr-defined]


def test_the_keyboard_goes_everywhere(browser: Browser, running: Stack):
    page = signed_in(browser, running, "en-US", "admin")
    page.goto(f"{running.url}/work/cases?sight=all")
    page.keyboard.press("j")
    expect(page.locator("[data-row].is-current")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/work/cases/\d+"))
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/cockpit/")
    page.keyboard.press("/")
    page.keyboard.type("停电")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/search**")
    expect(page.locator("[data-row]").first).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[data-dialog=palette]")).to_be_visible()
    page.keyboard.type("Cust")
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/customers")


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1440, 900)])
def test_no_page_is_wider_than_its_screen(browser: Browser, running: Stack, size):
    page = signed_in(browser, running, "en-US", "admin")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path in (
        "/",
        "/new/outage",
        "/track",
        "/work/cases?sight=all",
        "/work/cases/1",
        "/work/customers",
        "/work/cases/new",
        "/cockpit/",
        "/settings/units",
        "/settings/types/1",
        "/settings/calendars/1",
        "/settings/tokens",
        "/commitments",
        "/work/desk",
        "/work/clocks/9",
        "/work/requests",
        "/work/requests/2",
        "/work/notices",
        "/settings/levels",
        "/settings/levels/4/draft",
        "/settings/strategy",
        "/settings/strategy/draft",
        "/settings/branches",
        "/settings/branches/1",
        "/settings/businesses",
        "/branch/",
        "/branch/east/counters",
        "/branch/east/counters/3",
        "/branch/east/lobby",
        "/branch/east/report",
        "/branch/east/staffing",
        "/branch/east/screens",
        "/branches",
        "/branches/east",
    ):
        page.goto(running.url + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], f"{path} is {wide} wide"
