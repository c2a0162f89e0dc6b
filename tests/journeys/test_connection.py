"""Power connections in the browser: a home within its days, a green channel kept, and one that breaks its hour."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import IN_CHINESE, page_of, signed_in
from tests.running import Stack

pytestmark = pytest.mark.journey

WORDS = {
    "zh-CN": {"who": "柳岸业主", "home": "新房装表", "works": "云州制药", "factory": "新厂双电源", "new": "新装", "kept": "履行", "broken": "超时", "on": "已为您装表送电", "approve": "同意"},
    "en-US": {"who": "Willow owner", "home": "Meter for a new flat", "works": "Cloud Pharma", "factory": "Two supplies", "new": "new connection", "kept": "kept", "broken": "broken", "on": "Your supply is on", "approve": "Approve"},
}  # fmt: skip


_signed: dict[tuple[str, str, str], Page] = {}


def _as(browser: Browser, running: Stack, language: str, who: str) -> Page:
    """Everybody signs in once."""
    key = (running.url, language, who)
    if key not in _signed:
        _signed[key] = signed_in(browser, running, language, who)
    return _signed[key]


def _do(browser: Browser, running: Stack, language: str, who: str, number: str, **answers: str) -> None:
    """Somebody finds the task of this case among his own, fills in its form and finishes it."""
    page = _as(browser, running, language, who)
    page.goto(f"{running.url}/work/tasks")
    page.locator(".rows li", has_text=number).locator(".title").first.click()
    finish = page.locator("form[action$='/end'] button.btn-primary")
    take = page.locator("form[action$='/taking'] button")
    expect(finish.or_(take).first).to_be_visible()
    if take.count():
        take.click()
        expect(finish).to_be_visible()
    for name, value in answers.items():
        control = page.locator(f"[name=form_{name}]")
        if control.get_attribute("type") == "checkbox":
            control.check()
        elif control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(index=int(value))
        else:
            control.fill(value)
    finish.click()
    expect(page.locator(".notice").first).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


def _waive_papers(browser: Browser, running: Stack, language: str, number: str) -> None:
    """The clerk has seen the originals."""
    page = _as(browser, running, language, "chen")
    page.goto(f"{running.url}/work/cases/{int(number.removeprefix('RS'))}")
    missing = page.locator("details.paper.is-missing")
    while left := missing.count():
        missing.first.locator("summary").click()
        form = missing.first.locator("form[action$='/documents/waiver']")
        form.locator("[name=why]").fill("seen at the counter")
        form.locator("button").click()
        expect(missing).to_have_count(left - 1)


def _apply(
    browser: Browser, running: Stack, language: str, code: str, subject: str, name: str, phone: str, **form: str
) -> tuple[Page, str]:
    page = page_of(browser, language)
    page.goto(f"{running.url}/new/{code}")
    page.fill("#subject", subject)
    for field, value in form.items():
        control = page.locator(f"[name=form_{field}]")
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(index=1)
        else:
            control.fill(value)
    page.fill("#name", name)
    page.fill("#phone", phone)
    page.locator("form.panel button.btn-primary").click()
    page.wait_for_url("**/case/**")
    return page, page.locator("[data-number]").inner_text()


@IN_CHINESE
def test_a_home_is_connected_inside_its_days(browser: Browser, running: Stack, language: str):
    words, phone = WORDS[language], {"zh-CN": "13700000001", "en-US": "13700000002"}[language]
    customer, number = _apply(
        browser, running, language, "conn-resident", words["home"], words["who"], phone, kind="", address="3-502"
    )
    _waive_papers(browser, running, language, number)
    for who, answers in (
        ("chen", {}),
        ("survey", {"survey_result": "fit for supply"}),
        ("plan", {"plan_text": "8 kW from the street transformer"}),
        ("build", {}),
        ("inspect", {"passed": "yes"}),
        ("chen", {}),
        ("build", {"meter": "YZ-1"}),
        ("chen", {"satisfied": "1"}),
    ):
        _do(browser, running, language, who, number, **answers)
    customer.reload()
    expect(customer.locator("main")).to_contain_text(words["on"])
    lead = _as(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/boards/conn-resident")
    row = lead.locator("tbody tr", has_text=number)
    expect(row.locator(".limit.is-good")).to_have_count(4)
    row.locator("a").first.click()
    lead.locator("a[href$='/dossier']").click()
    expect(lead.locator("main")).to_contain_text("YZ-1")
    assert [customer.faults, lead.faults] == [[], []]  # type: ignore[attr-defined]


def _green(browser: Browser, running: Stack, language: str, phone: str) -> str:
    words = WORDS[language]
    form = {"kind": "", "company": words["works"], "address": "1", "capacity": "2000"}
    _page, number = _apply(browser, running, language, "conn-dual", words["factory"], words["works"], phone, **form)
    _do(browser, running, language, "chen", number, green="yes")
    leader = _as(browser, running, language, "province")
    leader.goto(f"{running.url}/work/tasks")
    leader.locator(".rows li", has_text=number).locator(".title").first.click()
    leader.get_by_role("button", name=words["approve"], exact=True).click()
    expect(leader.locator(".notice").first).to_be_visible()
    return number


@IN_CHINESE
def test_the_green_channel_keeps_the_hour_the_next_day_and_the_day(browser: Browser, running: Stack, language: str):
    number = _green(browser, running, language, {"zh-CN": "13700000003", "en-US": "13700000004"}[language])
    lead = _as(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/boards/green")
    row = lead.locator("tbody tr", has_text=number)
    expect(row.locator(".limit")).to_have_count(1)  # the hour runs
    _waive_papers(browser, running, language, number)
    for who, answers in (
        ("chen", {}),
        ("plan", {"plan_text": "two substations"}),
        ("build", {}),
        ("chen", {"passed": "yes"}),
        ("net", {"meter": "YZ-2"}),
    ):
        _do(browser, running, language, who, number, **answers)
    expect(row.locator(".limit.is-good")).to_have_count(4)
    assert lead.faults == []  # type: ignore[attr-defined]


@IN_CHINESE
def test_a_broken_hour_is_on_the_desk_with_whoever_has_it(browser: Browser, running: Stack, language: str):
    number = _green(browser, running, language, {"zh-CN": "13700000005", "en-US": "13700000006"}[language])
    # Two working days are over before anybody gathers the data.
    running.sql(
        "UPDATE sla_clock SET due_at = now() - interval '1 minute', next_at = now() - interval '1 minute' "
        f"WHERE milestone = 'data' AND ended_at IS NULL AND case_id = {int(number.removeprefix('RS'))} RETURNING id"
    )
    lead = _as(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/boards/green")
    row = lead.locator("tbody tr", has_text=number)
    expect(row.locator(".limit.is-late")).to_be_visible(timeout=20_000)
    expect(row).to_contain_text({"zh-CN": "陈晨", "en-US": "Chen Chen"}[language])
    lead.goto(f"{running.url}/work/desk?tab=late")
    expect(lead.locator("main")).to_contain_text(number)
    row = lead.locator("li", has_text=number).first
    row.locator("a[href*='/clocks/']").first.click()
    expect(lead.locator("main")).to_contain_text({"zh-CN": "云州市分公司", "en-US": "Yunzhou City"}[language])
    assert lead.faults == []  # type: ignore[attr-defined]


def test_a_chosen_file_outlives_what_others_do_meanwhile(browser: Browser, running: Stack, tmp_path):
    """A live change used to draw the list of documents anew, and the file that was chosen but not yet sent was gone."""
    customer, number = _apply(
        browser, running, "en-US", "conn-resident", "Meter for a flat", "Careful owner", "13800007777",
        kind="0", address="Willow 5",
    )  # fmt: skip
    paper = tmp_path / "id.pdf"
    paper.write_bytes(b"%PDF-1.4 x")
    form = customer.locator("#documents .is-missing form").first
    form.locator("input[type=file]").focus()
    form.locator("input[type=file]").set_input_files(str(paper))
    form.locator("input[type=file]").blur()
    clerk = _as(browser, running, "en-US", "chen")
    clerk.goto(f"{running.url}/work/cases/{int(number.removeprefix('RS'))}")
    clerk.locator("form[data-panel=reply] textarea").fill("We have begun.")
    clerk.keyboard.press("Control+Enter")
    expect(customer.get_by_text("We have begun.")).to_be_visible()  # the rest of the page is fresh
    customer.wait_for_timeout(1000)
    assert form.locator("input[type=file]").evaluate("one => one.files.length") == 1
    form.locator("button").click()
    expect(customer.locator("#documents .is-missing")).to_have_count(1)


def test_a_field_in_use_is_not_swapped_away_and_its_part_is_fresh_once_it_is_let_go(
    browser: Browser, running: Stack, tmp_path
):
    """While the dialog for a file was open, an answer on its way drew the form anew, and the file went nowhere."""
    customer, number = _apply(
        browser, running, "en-US", "conn-resident", "Meter for a shop", "Busy owner", "13800007778",
        kind="0", address="Willow 6",
    )  # fmt: skip
    chooser = customer.locator("#documents .is-missing form input[type=file]").nth(1)
    # The answer is on its way when he opens the dialog. In one breath, for the answer may be there in the next.
    customer.evaluate("""() => {
        window.chooser = document.querySelectorAll("#documents .is-missing form input[type=file]")[1];
        htmx.trigger("#case", "changed");
        window.chooser.focus();
    }""")
    customer.wait_for_timeout(1000)
    assert customer.evaluate("window.chooser.isConnected")
    clerk = _as(browser, running, "en-US", "chen")
    clerk.goto(f"{running.url}/work/cases/{int(number.removeprefix('RS'))}")
    clerk.locator("form[data-panel=reply] textarea").fill("We are on it.")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.get_by_text("We are on it.").first).to_be_visible()
    paper = tmp_path / "id.pdf"
    paper.write_bytes(b"%PDF-1.4 x")
    chooser.set_input_files(str(paper))
    expect(customer.get_by_text("We are on it.")).to_have_count(0)
    chooser.evaluate("one => one.blur()")
    expect(customer.get_by_text("We are on it.")).to_be_visible()
    # The second form holds the file, not the first one of the same address.
    chosen = customer.locator("#documents .is-missing form input[type=file]")
    assert chosen.evaluate_all("all => all.map(one => one.files.length)") == [0, 1]
