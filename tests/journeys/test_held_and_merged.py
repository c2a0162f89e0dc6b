"""A mail that waited is let in and answered; two cases are compared, merged and split back. In Chinese and in English."""

import re
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import signed_in
from tests.running import Stack, until

pytestmark = pytest.mark.journey
ADDRESS = "service@yunzhou.example"
WORDS = {
    "zh-CN": {
        "subject": "换表以后读数不对", "body": "新电表的读数比旧表还大，请核实。", "other": "还是换表的事",
        "take_in": "受理", "reply": "您好，我们今天派人查看。", "send": "提交", "take": "我来办理",
        "compare": "比较", "merge": "合并", "split": "撤销合并",
    },
    "en-US": {
        "subject": "The new meter reads too much", "body": "It shows more than the old one did.", "other": "The new meter once more",
        "take_in": "Let it in", "reply": "Somebody comes to look today.", "send": "Send", "take": "Take it",
        "compare": "Compare", "merge": "Merge", "split": "Split back",
    },
}  # fmt: skip


def come(running: Stack, subject: str, body: str, **fields: str) -> None:
    """As a mail server's pipe hands it over."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Wei Lan <wei.lan@kunde.example>", ADDRESS, subject
    made["Message-ID"] = f"<{time.monotonic_ns()}@kunde.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    arguments = [sys.executable, "-m", "ruoshui.cli", "mail-in", ADDRESS]
    subprocess.run(arguments, input=made.as_bytes(), env=running.environment, check=True, timeout=120)


def settled(running: Stack, subject: str) -> tuple[str, int | None]:
    """(its state, its case) once a mail was looked at."""
    query = f"SELECT state, case_id FROM channels_letterin WHERE subject = '{subject}'"
    until(lambda: running.sql(query), 60)
    ((state, case),) = running.sql(query)
    return state, case


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_held_mail_is_let_in_and_its_customer_is_answered(browser: Browser, running: Stack, language: str):
    words = WORDS[language]
    come(running, words["subject"], words["body"], Precedence="list", List_Id="<office.kunde.example>")
    assert settled(running, words["subject"]) == ("held", None)

    lead = signed_in(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/mail?tab=held")
    lead.get_by_role("link", name=words["subject"]).click()
    expect(lead.get_by_text(words["body"])).to_be_visible()
    lead.on("dialog", lambda dialog: dialog.accept())
    lead.get_by_role("button", name=words["take_in"], exact=True).click()
    lead.locator(".case-actions").get_by_role("link", name=re.compile("RS")).click()
    expect(lead.locator("#talk").get_by_text(words["body"])).to_be_visible()

    lead.fill("[data-panel=reply] textarea[name=body]", words["reply"])
    lead.locator("[data-panel=reply]").get_by_role("button", name=words["send"], exact=True).click()
    expect(lead.locator(".message.is-reply").get_by_text(words["reply"])).to_be_visible()
    sent = f"SELECT \"to\", state FROM channels_letterout WHERE body LIKE '{words['reply']}%'"
    until(lambda: running.sql(sent) == [("wei.lan@kunde.example", "sent")], 60)
    lead.reload()
    expect(lead.locator(".message.is-reply .mail-state.is-sent")).to_contain_text("wei.lan@kunde.example")
    assert lead.faults == []  # type: ignore[attr-defined]


def conversation_of(page: Page, running: Stack, case: int | None) -> str:
    page.goto(f"{running.url}/work/cases/{case}")
    return page.locator("#talk").inner_text()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_two_cases_are_compared_merged_and_split_back(browser: Browser, running: Stack, language: str):
    words = WORDS[language]
    first, second = f"1: {words['other']}", f"2: {words['other']}"
    come(running, first, "first words")
    come(running, second, "second words")
    (_done, one), (_again, two) = settled(running, first), settled(running, second)

    lead = signed_in(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/cases/{one}")
    lead.locator("details:has(#merge-number) > summary").click()
    lead.fill("#merge-number", f"RS{two:08d}")
    lead.get_by_role("button", name=words["compare"], exact=True).click()
    sides = lead.locator("[data-side]")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text("first words")
    expect(sides.nth(1)).to_contain_text("second words")
    lead.locator("main").get_by_role("button", name=words["merge"], exact=True).click()
    expect(lead.locator("#talk")).to_contain_text("second words")
    expect(lead.locator("[data-came-from]").first).to_contain_text(f"RS{two:08d}")

    lead.goto(f"{running.url}/work/cases/{two}")
    lead.get_by_role("button", name=words["split"], exact=True).click()
    expect(lead.get_by_role("button", name=words["split"], exact=True)).to_have_count(0)
    talks = [conversation_of(lead, running, case) for case in (one, two)]
    assert [("first words" in talk, "second words" in talk) for talk in talks] == [(True, False), (False, True)]
    assert lead.faults == []  # type: ignore[attr-defined]
