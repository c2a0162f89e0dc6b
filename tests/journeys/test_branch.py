"""A visit to the hall in a real browser, in Chinese and in English: from the kiosk to the rating and the report."""

import re
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.journeys.conftest import IN_CHINESE, page_of, signed_in
from tests.running import Stack, until

pytestmark = pytest.mark.journey
GOLD = "13800001001"
WORDS = {
    "zh-CN": {
        "pay": "缴费与账单",
        "gold": "金牌客户",
        "go": "请到 1 号窗口",
        "kept": "已保存。叫到您时",
        "thanks": "感谢您",
        "call": "呼叫下一位",
        "not booked": "尚未预约成功",
    },
    "en-US": {
        "pay": "Bills and payment",
        "gold": "Gold customers",
        "go": "Please go to counter 1",
        "kept": "Kept. It will be at the counter",
        "thanks": "Thank you",
        "call": "Call the next",
        "not booked": "Not booked yet",
    },
}


def device(running: Stack, kind: str, counter: int = 0) -> str:
    rows = running.sql(
        "SELECT d.key FROM queues_device d JOIN queues_branch b ON b.id = d.branch_id "
        "JOIN organization_unit u ON u.id = b.unit_id AND u.code = 'east' "
        f"LEFT JOIN queues_counter c ON c.id = d.counter_id WHERE d.kind = '{kind}' AND coalesce(c.number, 0) = {counter}"
    )
    return f"{running.url}/device/{rows[0][0]}"


def customer_code(running: Stack, phone: str) -> str:
    return running.python(
        "import django; django.setup(); from ruoshui.queues.actions import customer_code, find_visitor; "
        f"print(customer_code(find_visitor('{phone}')))"
    ).strip()


def the_code_in_the_mail(running: Stack, address: str) -> str:
    """As the worker has sent it; a machine without a mail server keeps its mails in a folder."""
    folder = Path(running.python("from django.conf import settings; print(settings.EMAIL_FILE_PATH)").strip())
    found: list[str] = []

    def came() -> bool:
        for one in folder.glob("*.log"):
            mail = message_from_bytes(one.read_bytes())
            if mail["To"] == address:
                words = str(mail.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]
                found.extend(re.findall(r"/appointments/(\w+)", words))
        return bool(found)

    until(came)
    return found[-1]


def a_typed_phone_brings_an_ordinary_number(kiosk: Page, phone: str) -> None:
    """Whoever's it is, and the slip says so."""
    kiosk.locator("[data-business=pay]").click()
    for digit in phone:
        kiosk.locator(f"[data-step=who] [data-key='{digit}']").first.click()
    kiosk.locator("[data-go]").click()
    expect(kiosk.locator("[data-out=number]")).to_have_text(re.compile(r"^A\d{3}$"))
    expect(kiosk.locator("[data-ordinary]")).to_be_visible()
    expect(kiosk.locator("[data-out=class]")).to_have_text("")
    kiosk.locator("[data-done]").click()


def take_number(kiosk: Page, words: dict[str, str], language: str, code: str) -> tuple[str, str]:
    """With a code held to the reader, which types it and presses Enter: (number, key)."""
    if language == "en-US":
        kiosk.locator("[data-language]").click()
    kiosk.locator("[data-business=pay]").click()
    kiosk.keyboard.type(code)
    kiosk.keyboard.press("Enter")
    number = kiosk.locator("[data-out=number]")
    expect(number).to_be_visible()  # until then it is the last one's
    expect(number).to_have_text(re.compile(r"^[A-Z]\d{3}$"))
    shown = "span.en" if language == "en-US" else "span.zh"
    expect(kiosk.locator(f"[data-out=business] {shown}")).to_have_text(words["pay"])
    source = kiosk.locator("[data-out=qr]").get_attribute("src") or ""
    return number.inner_text(), source.split("/")[2]


def a_look_on_its_way_takes_no_question_away(plate: Page) -> None:
    """The plate has just asked what to show when a bad face is pressed; what it hears comes after the reasons."""
    looks: list[Route] = []
    plate.route("**/device/*", lambda look: looks.append(look))
    plate.evaluate("htmx.trigger('#page', 'changed')")
    plate.wait_for_timeout(200)
    assert len(looks) == 1
    plate.locator(".face.is-2").click()
    expect(plate.locator(".reason").first).to_be_visible()
    with suppress(Error):  # given up by the page meanwhile, as it should
        looks[0].continue_()
    plate.wait_for_timeout(500)
    expect(plate.locator(".reason").first).to_be_visible()
    plate.unroute("**/device/*")
    given_up = [f"htmx:{event}, [object HTMLElement]" for event in ("afterRequest", "sendAbort")]
    assert sorted(plate.faults) == given_up  # type: ignore[attr-defined]
    plate.faults.clear()  # type: ignore[attr-defined]


def he_answers_once(plate: Page, phone: Page, running: Stack, language: str, key: str) -> None:
    """He is asked on the plate and on the phone, and answers on one of them: in Chinese on the plate, in English by phone."""
    expect(plate.locator(".face").first).to_be_visible()
    expect(phone.locator("[data-rating] .face").first).to_be_visible()
    expect(phone.locator("form[action$='/departure']")).to_be_hidden()
    expect(phone.locator("form[action$='/form']")).to_be_hidden()
    if language == "en-US":
        phone.locator("[data-rating] .face.is-5").click()
        phone.locator("form.panel button").click()
        expect(phone.get_by_text(WORDS[language]["thanks"]).first).to_be_visible()
        phone.wait_for_url(f"**/n/{key}")
    else:
        a_look_on_its_way_takes_no_question_away(plate)
        plate.locator(".reason[value=wait]").click()
        expect(plate.get_by_text("感谢您的光临")).to_be_visible()
    expect(plate.locator(".face")).to_have_count(0)
    expect(phone.locator("[data-rating]")).to_have_count(0)
    answers = running.sql(
        "SELECT a.score, a.comment FROM feedback_answer a JOIN feedback_invitation i ON i.id = a.invitation_id "
        f"JOIN queues_ticket t ON t.case_id = i.case_id WHERE t.key = '{key}'"
    )
    assert answers == [(5, "") if language == "en-US" else (2, "等候时间太长")]


def the_report_shows(lead: Page, running: Stack) -> None:
    """What was announced and what it was stand side by side."""
    lead.goto(f"{running.url}/branch/east/report")
    expect(lead.locator("[data-kept]")).to_contain_text("%")
    expect(lead.locator("rs-chart svg").first).to_be_visible()
    assert [fault for fault in lead.faults if "favicon" not in fault] == []  # type: ignore[attr-defined]


@IN_CHINESE
def test_a_visit_from_the_kiosk_to_the_rating_and_the_report(browser: Browser, running: Stack, language: str):
    words = WORDS[language]
    kiosk, hall = page_of(browser, language), page_of(browser, language, viewport={"width": 1920, "height": 1080})
    kiosk.goto(device(running, "kiosk"))
    hall.goto(device(running, "hall"))
    expect(hall.locator("[data-live-light].is-on")).to_be_visible()

    # A gold customer is ordinary by a phone that anybody may know, and gold by the code; the phone shows the number.
    a_typed_phone_brings_an_ordinary_number(kiosk, GOLD)
    number, key = take_number(kiosk, words, language, customer_code(running, GOLD))
    assert number.startswith("G")
    expect(kiosk.locator("[data-out=class]")).to_contain_text(words["gold"])
    phone = page_of(browser, language, viewport={"width": 390, "height": 844})
    phone.goto(f"{running.url}/n/{key}")
    expect(phone.locator("[data-number]")).to_have_text(number)
    expect(phone.locator("[data-ahead]")).to_have_text(re.compile(r"^\d+$"))
    phone.fill("#form_account", "3300125478")
    phone.locator("form.panel button").click()
    expect(phone.get_by_text(words["kept"])).to_be_visible()
    expect(phone.locator("form[action$='/departure']")).to_be_visible()

    # The lobby manager sends him to counter 1.
    lobby = signed_in(browser, running, language, "lobby")
    lobby.goto(f"{running.url}/branch/east/lobby")
    row = lobby.locator("tr[data-row]", has_text=number).last  # shortly after midnight yesterday's may still wait
    row.locator("details.menu summary").click()
    row.locator("form", has=lobby.locator(f"[data-move={number}]")).locator("select[name=counter]").select_option("1")
    row.locator(f"[data-move={number}]").click()
    expect(lobby.locator("[role=status]")).to_contain_text(number)

    # The clerk there goes on, key by key, until the number is called.
    clerk = signed_in(browser, running, language, "east")
    clerk.goto(f"{running.url}/branch/east/counters/1")
    shown = clerk.locator("[data-counter] [data-number]")
    for _each in range(3):
        if shown.count() and shown.inner_text() == number:
            break
        before = shown.inner_text() if shown.count() else ""
        clerk.keyboard.press("n")
        expect(shown).not_to_have_text(before) if before else expect(shown).to_be_visible()
    expect(shown).to_have_text(number)

    # Hall, plate and phone say where to go, without being asked.
    expect(hall.locator(".wall-call.is-called", has_text=number)).to_be_visible()
    expect(phone.get_by_text(words["go"])).to_be_visible()
    plate = page_of(browser, language, viewport={"width": 1024, "height": 768})
    plate.goto(device(running, "plate", 1))
    expect(plate.locator(".plate-number")).to_have_text(number)

    # The draft has travelled with the number; one press finishes.
    expect(clerk.locator("#form_account")).to_have_value("3300125478")
    expect(clerk.get_by_role("link", name="顾明远")).to_be_visible()
    clerk.keyboard.press("f")
    expect(clerk.get_by_role("button", name=words["call"])).to_be_visible()

    he_answers_once(plate, phone, running, language, key)
    closed = running.sql(
        f"SELECT c.state FROM queues_ticket t JOIN cases_case c ON c.id = t.case_id WHERE t.key = '{key}'"
    )
    assert closed == [("closed",)]

    the_report_shows(signed_in(browser, running, language, "lead"), running)
    for page in (kiosk, hall, phone, lobby, clerk, plate):
        assert [fault for fault in page.faults if "favicon" not in fault] == []  # type: ignore[attr-defined]


def test_a_kiosk_without_a_connection_says_so_and_gives_one_number_only(browser: Browser, running: Stack):
    kiosk = page_of(browser, "en-US")
    kiosk.goto(device(running, "kiosk"))
    kiosk.locator("[data-language]").click()
    answers = {"lost": 2}

    def lose_the_answer(route):
        """The number is given, but the answer does not arrive."""
        response = route.fetch()
        if answers["lost"]:
            answers["lost"] -= 1
            route.abort()
        else:
            route.fulfill(response=response)

    kiosk.route("**/numbers", lose_the_answer)
    before = running.sql("SELECT count(*) FROM queues_ticket")[0][0]
    kiosk.locator("[data-business=ask]").click()
    kiosk.locator("[data-skip]").first.click()
    expect(kiosk.get_by_text("No connection. We keep trying.")).to_be_visible()
    expect(kiosk.locator("[data-out=number]")).to_have_text(re.compile(r"^C\d{3}$"))
    assert running.sql("SELECT count(*) FROM queues_ticket")[0][0] == before + 1


def test_opening_a_counter_shows_what_it_would_change_first(browser: Browser, running: Stack):
    lobby = signed_in(browser, running, "en-US", "lobby")
    lobby.goto(f"{running.url}/branch/east/lobby")
    lobby.locator("[data-effect='4']").click()
    expect(lobby.locator("#effect [data-after]")).to_contain_text("min")
    lobby.locator("#effect select[name=staff]").select_option("lobby")
    lobby.locator("#effect form button").click()
    fourth = lobby.locator(".seat-dot", has_text=re.compile("^4$"))
    expect(lobby.locator(".lobby-counters li.is-open", has=fourth)).to_be_visible()
    assert running.sql(
        "SELECT c.state FROM queues_counter c JOIN queues_branch b ON b.id = c.branch_id "
        "JOIN organization_unit u ON u.id = b.unit_id AND u.code = 'east' WHERE c.number = 4"
    ) == [("open",)]


@IN_CHINESE
def test_an_appointment_is_booked_arrives_at_the_kiosk_and_cannot_be_used_twice(
    browser: Browser, running: Stack, language: str
):
    portal = page_of(browser, language, viewport={"width": 390, "height": 844})
    portal.goto(f"{running.url}/branches")
    portal.locator("a.need", has_text=re.compile("东湖|Donghu")).click()
    phone = "1390000777" + ("1" if language == "en-US" else "2")
    portal.locator(".slots label").first.click()
    portal.fill("#name", "Emma Stone" if language == "en-US" else "许文静")
    portal.fill("#phone", phone)
    portal.fill("#email", f"{phone}@example.com")
    portal.locator("form button.btn-primary").click()
    expect(portal.locator("[data-until]")).to_contain_text(WORDS[language]["not booked"])
    portal.fill("#code", "ABCDEFGH")
    portal.locator("main form button.btn-primary").click()
    expect(portal.locator("[data-error]")).to_be_visible()
    portal.fill("#code", the_code_in_the_mail(running, f"{phone}@example.com"))
    portal.locator("main form button.btn-primary").click()
    code = portal.locator("[data-code]").inner_text()
    kiosk = page_of(browser, language)
    kiosk.goto(device(running, "kiosk"))
    kiosk.locator("[data-appointment]").click()
    kiosk.locator("[data-contact]").fill(phone)
    kiosk.locator("[data-go]").click()
    expect(kiosk.locator("[data-problem]")).to_be_visible()  # a phone is known to others too
    kiosk.locator("[data-contact]").fill("")
    for letter in code:
        kiosk.locator(f"[data-step=who] [data-key='{letter}']").first.click()
    kiosk.locator("[data-go]").click()
    starts = running.sql(f"SELECT starts_at::date = now()::date FROM queues_appointment WHERE code = '{code}'")[0][0]
    if starts:
        expect(kiosk.locator("[data-out=number]")).to_have_text(re.compile(r"^A\d{3}$"))
        portal.reload()
        expect(portal.get_by_role("link", name=re.compile(r"A\d{3}"))).to_be_visible()
    else:  # late in the evening the first free time is tomorrow's
        expect(kiosk.locator("[data-problem]")).to_be_visible()
        portal.locator("form[data-confirm] button")
        portal.on("dialog", lambda dialog: dialog.accept())
        portal.locator("form[data-confirm] button").click()
        expect(portal.locator(".promise-card.is-late")).to_be_visible()
