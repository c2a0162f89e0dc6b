"""A connection's customer is told by when each stage is done: on the form, on their page, in the mail, at each change."""

import re
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import page_of, signed_in
from tests.journeys.test_connection import _do, _waive_papers
from tests.running import Stack, until

pytestmark = pytest.mark.journey

STAGES = ("survey", "plan", "accepted", "energised")
WORDS = {
    "zh-CN": {
        "survey": "现场勘查", "plan": "答复供电方案", "accepted": "验收合格并办结手续", "energised": "装表送电",
        "by": r"(\S+ )?\d+:\d\d 前", "after": "“{}”后", "name": "柳岸新居", "subject": "新房装表",
        "again": "我们调整了对您的承诺", "why": "改按低压用电办理", "mail": "您好，我家新房需要装表用电，请办理。",
    },
    "en-US": {
        "survey": "Site survey", "plan": "Supply plan answered", "accepted": "Accepted, papers done",
        "energised": "Energised", "by": r"by .*\d+:\d\d", "after": "after “{}”", "name": "Willow newcomer",
        "subject": "Meter for a new flat", "again": "We have changed what we promise you",
        "why": "it is a low-voltage connection", "mail": "Hello, we need a meter for our new flat. Thank you.",
    },
}  # fmt: skip
MAILBOX = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Unit
values = dict(code="power", name_zh="报装邮箱", name_en="Connections", address="power@yunzhou.example",
              unit=Unit.objects.get(code="city"), type="conn-resident")
configure(Mailbox(), values, by=SYSTEM, at=timezone.now())
"""


def _rows(page: Page) -> dict[str, str]:
    """What the page of the case promises, by stage."""
    found = page.locator("[data-promises] li")
    expect(found.first).to_be_visible()
    return {
        one.locator(".title").inner_text(): " ".join(one.locator(".end").inner_text().split()) for one in found.all()
    }


def _moment(text: str) -> str:
    """The date and time of it, without the words around."""
    return text.removeprefix("by ").removesuffix("前").strip()


def _promised_again(browser: Browser, running: Stack, language: str, case: int) -> None:
    """The supervisor promises it by another level, counted from now on, and says why."""
    ((clock,),) = running.sql(f"SELECT id FROM sla_clock WHERE case_id = {case} AND milestone = 'plan'")
    ((level,),) = running.sql("SELECT id FROM sla_level WHERE code = 'conn-low'")
    lead = signed_in(browser, running, language, "lead")
    lead.goto(f"{running.url}/work/clocks/{clock}")
    lead.locator("button[data-opens=again]").click()
    dialog = lead.locator("dialog[data-dialog=again]")
    dialog.locator("[name=level]").select_option(str(level))
    dialog.locator("[name=reason]").fill(WORDS[language]["why"])
    dialog.locator("[name=afresh]").check()
    dialog.locator("button.btn-primary").click()
    expect(lead.locator(".notice, .toast").first).to_be_visible()
    assert lead.faults == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_each_stage_of_a_connection_is_promised_on_the_form_on_the_page_and_at_each_change(
    browser: Browser, running: Stack, language: str
):
    words = WORDS[language]
    customer = page_of(browser, language)
    customer.goto(f"{running.url}/new/conn-resident")
    lines = [" ".join(one.split()) for one in customer.locator("[data-promised] li").all_inner_texts()]
    by_stage = {stage: next(line for line in lines if line.startswith(words[stage])) for stage in STAGES}
    assert all(re.search(words["by"], by_stage[stage]) for stage in ("survey", "plan"))
    assert words["after"].format(words["plan"]) in by_stage["accepted"]
    assert words["after"].format(words["accepted"]) in by_stage["energised"]

    customer.fill("#subject", words["subject"])
    customer.locator("[name=form_kind]").select_option(index=1)
    customer.locator("[name=form_address]").fill("3-502")
    customer.fill("#name", words["name"])
    customer.fill("#phone", {"zh-CN": "13700000021", "en-US": "13700000022"}[language])
    customer.locator("form.panel button.btn-primary").click()
    customer.wait_for_url("**/case/**")
    number = customer.locator("[data-number]").inner_text()
    first = _rows(customer)
    # The page promises what the form did: the same stages at the same moments.
    assert set(first) == {words["survey"], words["plan"]}
    for stage in ("survey", "plan"):
        assert _moment(first[words[stage]]) in by_stage[stage]

    # At a change: every stage with its new moment, and why.
    _promised_again(browser, running, language, int(number.removeprefix("RS")))
    told = customer.locator(".message", has_text=words["again"])
    expect(told).to_contain_text(words["why"])
    expect(told).to_contain_text(words["plan"])
    customer.reload()
    second = _rows(customer)
    assert second[words["plan"]] != first[words["plan"]]
    assert _time_of(second[words["plan"]]) in told.inner_text()

    # When a stage is reached, the next one is promised: once accepted, the day on which the power is on.
    _waive_papers(browser, running, language, number)
    for who, answers in (
        ("chen", {}),
        ("survey", {"survey_result": "fit for supply"}),
        ("plan", {"plan_text": "8 kW from the street transformer"}),
    ):
        _do(browser, running, language, who, number, **answers)
    customer.reload()
    third = _rows(customer)
    assert set(third) == {words["accepted"]}
    expect(customer.locator(".message", has_text=words["accepted"]).last).to_contain_text(
        _time_of(third[words["accepted"]])
    )
    for who, answers in (("build", {}), ("inspect", {"passed": "yes"}), ("chen", {})):
        _do(browser, running, language, who, number, **answers)
    customer.reload()
    fourth = _rows(customer)
    assert set(fourth) == {words["energised"]}
    expect(customer.locator(".message", has_text=words["energised"]).last).to_contain_text(
        _time_of(fourth[words["energised"]])
    )
    assert customer.faults == []  # type: ignore[attr-defined]


def _time_of(text: str) -> str:
    """The clock time of a moment: the page says “tomorrow”, the message the date."""
    return str(re.findall(r"\d+:\d\d", text)[-1])


def _mail_in(running: Stack, sender: str, subject: str, text: str) -> None:
    """As a mail server hands it over."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "power@yunzhou.example", subject
    mail["Message-ID"] = f"<promises-{time.time_ns()}@example.com>"
    mail.set_content(text)
    done = subprocess.run(
        [sys.executable, "-m", "ruoshui.cli", "mail-in", "power@yunzhou.example"],
        env=running.environment,
        input=mail.as_bytes(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def mailbox(running: Stack) -> None:
    running.python(MAILBOX)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_who_asks_by_mail_reads_each_stage_in_the_mail_and_each_change_in_another(
    browser: Browser, running: Stack, mailbox, language: str
):
    words, address = WORDS[language], f"promises-{language[:2]}@example.com"
    _mail_in(running, f"{words['name']} <{address}>", words["subject"], words["mail"])
    mails = f"SELECT case_id, body FROM channels_letterout WHERE \"to\" = '{address}' ORDER BY id"
    until(lambda: running.sql(mails), 60)
    ((case, acknowledged),) = running.sql(mails)
    ((code,),) = running.sql(f"SELECT access_code FROM cases_case WHERE id = {case}")

    customer = page_of(browser, language)
    customer.goto(f"{running.url}/case/RS{case:08d}?code={code}")
    first = _rows(customer)
    assert set(first) == {words["survey"], words["plan"]}
    for stage, moment in first.items():
        (line,) = [one for one in acknowledged.splitlines() if one.startswith(stage)]
        assert _time_of(moment) in line

    _promised_again(browser, running, language, case)
    until(lambda: len(running.sql(mails)) == 2, 60)
    changed = running.sql(mails)[1][1]
    customer.reload()
    second = _rows(customer)
    assert (words["again"] in changed, words["why"] in changed, second == first) == (True, True, False)
    for stage, moment in second.items():
        (line,) = [one for one in changed.splitlines() if one.startswith(stage)]
        assert _time_of(moment) in line
    assert customer.faults == []  # type: ignore[attr-defined]
