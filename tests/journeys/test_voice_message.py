"""A customer speaks into WeChat, and whoever has the case hears it on the page, in Chinese and in English."""

import time
import urllib.request

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cases.sounds import amr
from tests.channels.calls import KEY, TOKEN, wechat_xml
from tests.channels.provider import Provider
from tests.journeys.conftest import signed_in
from tests.running import Stack, until

pytestmark = pytest.mark.journey
ACCOUNT, SECONDS = "wx5823bf96d3bd56c7", 2
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Line
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Unit
values = dict(code="wechat", kind="wechat", name_zh="公众号", name_en="WeChat", unit=Unit.objects.get(code="city"),
              type="enquiry", address="%s", account="%s")
configure(Line(), values, by=SYSTEM, at=timezone.now())
"""


@pytest.fixture(scope="module")
def wechat(running: Stack):
    """The line's door, as WeChat's servers come to it; the voice itself lies with the provider."""
    from ruoshui.channels.wechat.crypto import encrypt, signature_of

    provider = Provider()
    provider.answers["/cgi-bin/token"] = {"access_token": "T", "expires_in": 7200}
    provider.answers["/cgi-bin/message/custom/send"] = {"errcode": 0}
    provider.answers["/cgi-bin/media/get"] = amr(SECONDS)
    for name in ("serve", "worker"):
        running.kill(name)
    for name, value in (("SECRET", "a secret"), ("TOKEN", TOKEN), ("AES_KEY", KEY)):
        running.environment[f"RUOSHUI_LINE_WECHAT_{name}"] = value
    running.python(SET_UP % (provider.url, ACCOUNT))
    running.start("serve")
    running.start("worker")

    def come(xml: str) -> int:
        moment, nonce = str(int(time.time())), f"n{time.monotonic_ns()}"
        text = encrypt(KEY, xml, ACCOUNT)
        query = f"msg_signature={signature_of(TOKEN, moment, nonce, text)}&timestamp={moment}&nonce={nonce}"
        body = f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()
        call = urllib.request.Request(f"{running.url}/in/lines/wechat?{query}", body, {"Content-Type": "text/xml"})
        with urllib.request.urlopen(call, timeout=20) as answer:
            return int(answer.status)

    yield come
    provider.close()


def _goes_on_while_the_case_changes(running: Stack, agent: Page, player: Locator, case: int) -> None:
    """What a colleague notes meanwhile is there once one has stopped listening, and one goes on from where one was."""
    player.evaluate("one => { one.loop = true; }")
    note = f"noted-{case}"
    side = agent.locator("#side")
    before = side.inner_text()
    assert running.call("POST", f"/cases/RS{case:08d}/notes", {"body": note}, token=running.token())[0] == 201
    expect(side).not_to_have_text(before, use_inner_text=True)  # the page has heard of it
    assert player.evaluate("one => !one.paused && one.loop")
    expect(agent.locator(".message", has_text=note)).to_have_count(0)
    player.evaluate("one => { one.loop = false; one.pause(); }")
    expect(agent.locator(".message", has_text=note)).to_be_visible()
    assert player.evaluate("one => one.paused && one.currentTime > 0")
    player.evaluate("async one => { await one.play(); }")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_a_voice_message_is_played_on_the_page_of_its_case(browser: Browser, running: Stack, wechat, language: str):
    sender = f"oVoice{language[:2]}"
    assert wechat(wechat_xml(kind="voice", sender=sender, key=language, MediaId="m1", Format="amr")) == 200
    found = (
        "SELECT m.case_id, a.id FROM cases_attachment a JOIN cases_message m ON m.id = a.message_id "
        f"JOIN customers_contactpoint p ON p.kind = 'wechat' AND p.value = '{sender}' "
        "JOIN cases_case c ON c.id = m.case_id AND c.customer_id = p.customer_id"
    )
    until(lambda: running.sql(found), 60)
    ((case, file),) = running.sql(found)

    agent = signed_in(browser, running, language, "chen")
    agent.goto(f"{running.url}/work/cases/{case}")
    player = agent.locator(".message.is-customer audio")
    expect(player).to_have_attribute("src", f"/work/files/{file}?play=1")
    expect(player).to_be_visible()
    player.evaluate("async one => { one.muted = true; await one.play(); }")
    until(lambda: player.evaluate("one => one.currentTime > 0.2"))
    length = player.evaluate("one => one.duration")
    assert abs(length - SECONDS) < 0.1
    _goes_on_while_the_case_changes(running, agent, player, case)
    # To its end, by jumping there: the page asks for the part.
    player.evaluate("one => { one.currentTime = one.duration - 0.3; }")
    until(lambda: player.evaluate("one => one.ended"))

    # Somebody of another city hears nothing, neither on the page nor by the address of the file.
    stranger = signed_in(browser, running, language, "south")
    for address in (f"/work/cases/{case}", f"/work/files/{file}", f"/work/files/{file}?play=1"):
        assert stranger.request.get(f"{running.url}{address}").status == 404
    assert agent.faults == []  # type: ignore[attr-defined]
