"""A business person makes a card application by drag and drop; a customer uses it; a table decides, a supervisor approves."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import IN_CHINESE, IN_ENGLISH, page_of, signed_in
from tests.processing.models import MODEL
from tests.running import Stack

pytestmark = pytest.mark.journey

WORDS = {
    "zh-CN": {"code": "card-zh", "type": "信用卡申请", "apply": "申请一张信用卡", "done": "已批准额度 80000 元", "ready": "可以发布", "approve": "同意", "phone": "13800138001"},
    "en-US": {"code": "card-en", "type": "Credit card", "apply": "I want a credit card", "done": "Your limit is 80000 yuan", "ready": "can be published", "approve": "Approve", "phone": "13800138002"},
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@IN_ENGLISH
def test_a_card_application_is_made_by_hand_and_used(browser: Browser, running: Stack, language: str, tmp_path: Path):
    words = WORDS[language]
    admin = signed_in(browser, running, language, "admin")
    _make_the_type(admin, running, words)
    _design_forms(admin)
    _ask_for_documents(admin)
    _make_the_table(admin)
    _draw_the_process(admin)
    expect(admin.locator("[data-saved='saved']")).to_be_visible()
    expect(admin.locator("[data-faults]")).to_contain_text(words["ready"])
    admin.fill("[name=note]", "first")
    admin.click("[data-publish]")
    admin.wait_for_url(f"**/settings/templates/{words['code']}")

    customer, number = _apply(browser, running, language, words, tmp_path)
    clerk = signed_in(browser, running, language, "chen")
    clerk.goto(f"{running.url}/work/tasks")
    clerk.locator(".rows li", has_text=number).locator(".title").click()
    clerk.fill("[name=form_income]", "25000")
    clerk.click("form[action$='/end'] button.btn-primary")
    lead = signed_in(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/tasks")
    lead.locator(".rows li", has_text=number).locator(".title").click()
    lead.get_by_role("button", name=words["approve"], exact=True).click()

    customer.reload()
    expect(customer.locator("main")).to_contain_text(words["done"])
    assert [admin.faults, customer.faults, clerk.faults, lead.faults] == [[], [], [], []]  # type: ignore[attr-defined]


def _make_the_type(page: Page, running: Stack, words: dict[str, str]) -> None:
    page.goto(f"{running.url}/settings/types/new")
    page.fill("[name=code]", words["code"])
    page.fill("[name=name_zh]", words["type"])
    page.fill("[name=name_en]", words["type"])
    page.select_option("[name=icon]", "credit-card")
    page.select_option(
        "[name=unit]",
        label=page.locator("[name=unit] option", has_text="云州")
        .or_(page.locator("[name=unit] option", has_text="Yunzhou"))
        .first.inner_text(),
    )
    page.locator("main form button.btn-primary").first.click()
    page.goto(f"{running.url}/settings/templates/{words['code']}")
    page.locator("form[action$='/draft'] button").click()
    expect(page.locator("[data-canvas]")).to_be_visible()


def _drag(page: Page, source: tuple[float, float], target: tuple[float, float]) -> None:
    page.mouse.move(*source)
    page.mouse.down()
    page.mouse.move(source[0] + 8, source[1] + 8, steps=3)
    page.mouse.move(*target, steps=12)
    page.mouse.move(target[0] + 1, target[1] + 1, steps=2)
    page.mouse.up()


def _middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _field(page: Page, kind: str, zh: str, en: str, code: str) -> None:
    """Drag a kind of field into the form and name it."""
    before = page.locator(".form-card").count()
    _drag(page, _middle(page, f"[data-kind='{kind}']"), _middle(page, "[data-canvas]"))
    expect(page.locator(".form-card")).to_have_count(before + 1)
    for name, value in (("title", zh), ("title-en", en), ("code", code)):
        page.fill(f".design-side [data-set='{name}']", value)
        page.locator(f".design-side [data-set='{name}']").blur()
    page.locator(".design-side .form-check-input").first.check()


def _design_forms(page: Page) -> None:
    page.click("[data-opens-part='forms']")
    _field(page, "text", "姓名", "Name", "holder")
    _field(page, "number", "希望额度", "Limit wanted", "wanted")
    page.locator(".tabs input").fill("check")
    page.locator(".tabs button", has=page.locator("use[href$='#plus']")).click()
    _field(page, "number", "核实收入", "Income found", "income")


def _ask_for_documents(page: Page) -> None:
    page.click("[data-opens-part='documents']")
    for zh, en in (("身份证", "ID card"), ("收入证明", "Proof of income")):
        page.locator("[data-part='documents'] > button").click()
        page.locator("[data-set='paper-zh']").last.fill(zh)
        page.locator("[data-set='paper-en']").last.fill(en)
        page.locator("[data-set='paper-en']").last.blur()


def _make_the_table(page: Page) -> None:
    page.click("[data-opens-part='decisions']")
    part = page.locator("[data-part='decisions']")
    part.locator("input").first.fill("limit")
    part.locator("button", has=page.locator("use[href$='#plus']")).first.click()
    for side, name in (("inputs", "income"), ("outputs", "limit")):
        part.locator(f"[data-column='{side}']").fill(name)
        part.locator(f"[data-column='{side}']").blur()
    for row, (condition, answer) in enumerate((("< 5000", "5000"), ("[5000..20000)", "30000"), ("-", "80000"))):
        if row:
            part.locator("section .panel-body > button").click()
        for cell, value in ((f"inputs-{row}-0", condition), (f"outputs-{row}-0", answer)):
            part.locator(f"[data-cell='{cell}']").fill(value)
            part.locator(f"[data-cell='{cell}']").blur()


AT = """([x, y]) => {
  const canvas = window.ruoshuiModeler.get("canvas"), box = canvas.viewbox();
  const place = canvas.getContainer().getBoundingClientRect();
  return [place.left + (x - box.x) * box.scale, place.top + (y - box.y) * box.scale];
}"""


def _place(page: Page, x: float, y: float) -> tuple[float, float]:
    found: list[float] = page.evaluate(AT, [x, y])
    return found[0], found[1]


def _drop(page: Page, kind: str, x: float, y: float) -> None:
    """Drag a step from the palette onto the sheet; onto the arrow, it becomes part of the road."""
    before = page.locator(".djs-shape").count()
    _drag(page, _middle(page, f".djs-palette [data-action='{kind}']"), _place(page, x, y))
    expect(page.locator(".djs-shape")).not_to_have_count(before)


def _set(page: Page, **settings: str) -> None:
    for name, value in settings.items():
        control = page.locator(f".design-side [data-set='{name.replace('_', '-')}']")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
            control.blur()


def _draw_the_process(page: Page) -> None:
    page.click("[data-opens-part='drawing']")
    expect(page.locator(".djs-palette")).to_be_visible()
    _drop(page, "person", 320, 200)
    _set(page, name="核对资料", name_en="Check", role="clerk", form="check")
    _drop(page, "decision", 470, 200)
    _set(page, name="定额度", name_en="Limit", decision="limit")
    _drop(page, "automatic", 850, 200)
    _set(page, name="通知", name_en="Notice", verb="tell_customer")
    _set(page, text="已批准额度 {limit} 元", text_en="Your limit is {limit} yuan")
    _drop(page, "person", 720, 340)
    _set(page, name="审批", name_en="Approve", role="supervisor", approval="one")
    page.locator("[data-side] [data-set='leads-to']").select_option(label="通知")
    _drop(page, "choice", 640, 200)
    page.locator("[data-side] [data-set='leads-to']").select_option(label="审批")
    page.fill("[data-side] [data-way='审批']", "limit > 50000")
    page.locator("[data-side] [data-way='审批']").blur()
    page.locator("[data-side] .form-check-input").first.check()


def _apply(browser: Browser, running: Stack, language: str, words: dict[str, str], tmp_path: Path) -> tuple[Page, str]:
    page = page_of(browser, language)
    page.goto(f"{running.url}/new/{words['code']}")
    page.fill("#subject", words["apply"])
    page.fill("[name=form_holder]", "许文")
    page.fill("[name=form_wanted]", "60000")
    page.fill("#name", f"许文 {words['phone'][-1]}")
    page.fill("#phone", words["phone"])
    page.locator("form.panel button.btn-primary").click()
    page.wait_for_url("**/case/**")
    picture = tmp_path / "id.png"
    picture.write_bytes(PNG)
    for left in (1, 0):
        form = page.locator("#documents .is-missing form").first
        # As the dialog does: a field in use is not drawn anew.
        form.locator("input[type=file]").focus()
        form.locator("input[type=file]").set_input_files(str(picture))
        form.locator("button").click()
        expect(page.locator("#documents .is-missing")).to_have_count(left)
    return page, page.locator("[data-number]").inner_text()


@IN_CHINESE
def test_what_a_decision_needs_is_seen_and_changed_in_the_designer(browser: Browser, running: Stack, language: str):
    page = signed_in(browser, running, language, "admin")
    page.goto(f"{running.url}/settings/templates/billing")
    upload = {"name": "water.dmn", "mimeType": "application/xml", "buffer": MODEL.encode()}
    page.set_input_files("[name=file]", upload)  # type: ignore[arg-type]
    page.locator("form:has([name=file]) button").click()
    page.wait_for_url("**/settings/templates/billing/draft")
    page.click("[data-opens-part='decisions']")
    line = page.locator("[data-table='surcharge'] .first-line")
    expect(line.locator("select")).to_have_value("rate")
    expect(line.locator("input").last).to_have_value("days = Customer_days_late; kind = Customer_kind")
    line.locator("input").last.fill('days = Customer_days_late + 1; kind = "a;b"')
    line.locator("input").last.blur()
    page.locator("[data-table='rate'] [data-otherwise='rate_of']").fill("0")
    page.locator("[data-table='rate'] [data-otherwise='rate_of']").blur()
    page.locator("[data-first='times'] button").last.click()
    expect(page.locator("[data-saved='saved']")).to_be_visible()
    page.reload()
    page.click("[data-opens-part='decisions']")
    expect(line.locator("input").last).to_have_value('days = Customer_days_late + 1; kind = "a;b"')
    expect(page.locator("[data-table='rate'] [data-otherwise='rate_of']")).to_have_value("0")
    expect(page.locator("[data-first='times'] .first-line")).to_have_count(1)
    assert page.faults == []  # type: ignore[attr-defined]
