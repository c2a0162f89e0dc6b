"""A caller's need for another unit, in a real browser: looked up while typing, read back, a receipt to read out."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import signed_in
from tests.running import Stack

pytestmark = pytest.mark.journey

WORDS = {
    "zh-CN": {
        "subject": "整条街没有路灯",
        "sentence": "您反映的是“停电报修”：整条街没有路灯。",
        "ask": "请问对吗？",
        "must": "请向客户复述诉求，客户确认后勾选。",
    },
    "en-US": {
        "subject": "No lights along the whole street",
        "sentence": "you are asking about “Power outage”: No lights along the whole street.",
        "ask": "Is that right?",
        "must": "Read the need back to the customer, and tick it once they confirm it.",
    },
}


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_need_of_another_unit_is_read_back_and_its_receipt_read_out(browser: Browser, running: Stack, language: str):
    words, page = WORDS[language], signed_in(browser, running, language, "chen")
    [(type, name_zh, name_en)] = running.sql("SELECT id, name_zh, name_en FROM cases_casetype WHERE code = 'outage'")
    page.goto(f"{running.url}/work/cases/new?type={type}")
    page.fill("#contact", "13800001001")
    expect(page.locator("#known")).to_contain_text("顾明远")
    page.locator("#known input[data-name=顾明远]").check()
    page.fill("#form_address", "12 Lake Road")
    page.fill("#subject", words["subject"])
    sentence = page.locator("[data-read-back-words]")
    expect(sentence).to_contain_text("顾明远")
    expect(sentence).to_contain_text(
        words["sentence"].replace("停电报修", name_zh).replace("Power outage", name_en or name_zh)
    )
    expect(sentence).to_contain_text(words["ask"])
    page.locator("button[value=open]").click()
    expect(page.locator(".read-back .field-error")).to_have_text(words["must"])
    page.locator("[name=confirmed]").check()
    page.fill("#body", "Since six")  # said after it was confirmed: it is read again
    expect(page.locator("[name=confirmed]")).not_to_be_checked()
    page.locator("[name=confirmed]").check()
    page.locator("button[value=open]").click()
    page.wait_for_url("**/receipt")
    number = page.locator("[data-number]").inner_text()
    [(unit_zh, unit_en, customer)] = running.sql(
        "SELECT u.name_zh, u.name_en, p.name FROM cases_case c JOIN organization_unit u ON u.id = c.unit_id "
        f"JOIN customers_customer p ON p.id = c.customer_id WHERE c.id = {int(number.removeprefix('RS'))}"
    )
    assert customer == "顾明远"
    expect(page.locator("[data-unit]")).to_have_text(unit_en if language == "en-US" and unit_en else unit_zh)
    expect(page.locator("[data-due]").first).to_be_visible()
    page.locator("a.btn", has_not_text="+").last.click()
    expect(page.locator("#head")).to_contain_text(words["subject"])
    assert [fault for fault in page.faults if "422" not in fault] == []  # type: ignore[attr-defined]
    page.context.close()
