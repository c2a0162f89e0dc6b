"""Chat and telephone in a real browser, in Chinese and in English, with their local counterparts."""

import subprocess
import sys
import time

import pytest
from playwright.sync_api import Browser, expect

from ruoshui.channels.phone.simulator import ExchangeSimulator
from tests.journeys.conftest import IN_ENGLISH, page_of, signed_in
from tests.running import Stack, until

pytestmark = pytest.mark.journey
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Exchange, Extension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Staff, Unit
values = dict(code="main", kind="ami", name_zh="总机", name_en="Main", unit=Unit.objects.get(code="city"), type="enquiry",
              host="127.0.0.1", port=%d, user="ruoshui", recordings="https://rec.example/")
exchange = configure(Exchange(), values, by=SYSTEM, at=timezone.now())
configure(Extension(), dict(exchange=exchange, number="801", staff=Staff.objects.get(username="chen")), by=SYSTEM, at=timezone.now())
"""
WORDS = {
    "zh-CN": {
        "open": "在线咨询", "text": "请问充电桩怎么报装？", "reply": "您好，请在本页选择低压新装。", "name": "韩冰",
        "incoming": "来电", "talking": "通话中", "keep": "保存", "about": "关于此件", "bound": "已关联",
        "note": "客户询问充电桩报装", "call": "拨打", "rings": "您的话机会先响",
    },
    "en-US": {
        "open": "Chat with us", "text": "How do I register a wallbox?", "reply": "Please choose a low-voltage connection.",
        "name": "Emma Frost", "incoming": "Incoming call", "talking": "On the telephone", "keep": "Keep",
        "about": "It is about this", "bound": "about it", "note": "asked about a wallbox", "call": "Dial",
        "rings": "Your telephone rings first",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def exchange(running: Stack):
    simulator = ExchangeSimulator(user="ruoshui", secret="s3cret")
    running.kill("worker")
    running.environment["RUOSHUI_EXCHANGE_MAIN_SECRET"] = "s3cret"
    subprocess.run([sys.executable, "-c", SET_UP % simulator.port], env=running.environment, check=True)
    running.start("worker")
    until(lambda: simulator.clients == 1, 40)
    yield simulator
    simulator.close()
    # The last call stays on its person's screen for two minutes, over what the next journey presses.
    running.sql("UPDATE channels_call SET ended_at = coalesce(ended_at, now()) - interval '1 hour' RETURNING 1")
    running.sql("UPDATE channels_call SET state = 'ended' WHERE state IN ('ringing', 'talking') RETURNING 1")


@IN_ENGLISH
def test_a_visitor_chats_with_an_agent_both_ways(browser: Browser, running: Stack, language: str):
    words = WORDS[language]
    visitor = page_of(browser, language, viewport={"width": 390, "height": 844})
    visitor.goto(running.url)
    visitor.get_by_role("button", name=words["open"]).click()
    chat = visitor.frame_locator("iframe")
    chat.locator("input[name=name]").fill(words["name"])
    chat.locator("textarea").fill(words["text"])
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".is-mine .chat-bubble")).to_have_text(words["text"])
    expect(chat.locator("input[name=name]")).to_be_hidden()

    agent = signed_in(browser, running, language, "chen")
    agent.goto(f"{running.url}/work/cases?sight=all")
    agent.get_by_role("link", name=words["text"]).click()
    agent.fill("[data-panel=reply] textarea[name=body]", words["reply"])
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".message.is-reply")).to_contain_text(words["reply"])
    # Both are live: nobody loads a page again.
    expect(chat.locator(".is-ours .chat-bubble").last).to_have_text(words["reply"])
    chat.locator("textarea").fill("OK 👍")
    chat.get_by_role("button").last.click()
    expect(agent.locator(".message.is-customer").last).to_contain_text("OK 👍")

    # Another day, the same browser: the talk is still there.
    visitor.reload()
    visitor.get_by_role("button", name=words["open"]).click()
    expect(visitor.frame_locator("iframe").locator(".is-mine .chat-bubble")).to_have_count(2)
    assert (visitor.faults, agent.faults) == ([], [])  # type: ignore[attr-defined]


@IN_ENGLISH
def test_a_call_pops_up_is_noted_bound_and_called_back(
    browser: Browser, running: Stack, exchange: ExchangeSimulator, language: str
):
    words, number = WORDS[language], "13900007788"
    agent = signed_in(browser, running, language, "chen")
    expect(agent.locator("[data-live-light].is-on")).to_be_visible()
    key = exchange.ring(number, "801")
    card = agent.locator(".phone-pop section").first
    expect(card).to_contain_text(words["incoming"])
    expect(card).to_contain_text("韩雪")
    # Folded it gives the page free, and stays so when the call goes on.
    card.locator("[data-fold]").click()
    expect(card.locator(".panel-body")).to_be_hidden()
    exchange.answer(key, "801")
    expect(card).to_contain_text(words["talking"])
    expect(card.locator(".panel-body")).to_be_hidden()
    card.locator("[data-fold]").click()
    card.locator("textarea").fill(words["note"])
    card.get_by_role("button", name=words["keep"]).click()
    agent.locator(".phone-pop section").first.get_by_role("button", name=words["about"]).first.click()
    expect(agent.locator(".phone-pop section").first).to_contain_text(words["bound"])
    exchange.hang_up(key)
    until(lambda: running.sql("SELECT count(*) FROM channels_call WHERE ended_at IS NULL") == [(0,)])
    ((case,),) = running.sql(f"SELECT case_id FROM channels_call WHERE key = '{key}'")
    agent.goto(f"{running.url}/work/cases/{case}")
    expect(agent.locator(".call-line").first).to_contain_text(words["note"])
    recording = agent.locator(f".call-line a[href='https://rec.example/{key}.wav']")
    expect(recording).to_be_visible()

    # Missed: he stands in the queue, and one click calls him back.
    missed = exchange.ring(f"1370000{language == 'en-US':d}111", "801")
    exchange.hang_up(missed)
    time.sleep(1)
    agent.goto(f"{running.url}/work/phone")
    row = agent.locator("li", has_text=f"1370000{language == 'en-US':d}111")
    row.get_by_role("button", name=words["call"]).click()
    expect(agent.locator(".notice, .toast, [role=status]").first).to_contain_text(words["rings"])
    until(lambda: len(exchange.calls) == 1, 15)
    assert exchange.originated[-1]["Exten"] == f"1370000{language == 'en-US':d}111"
    (out,) = exchange.calls
    exchange.hang_up(out)
    state = f"SELECT state FROM channels_callback WHERE normal = '1370000{language == 'en-US':d}111'"
    until(lambda: running.sql(state) == [("done",)], 15)
    assert agent.faults == []  # type: ignore[attr-defined]
