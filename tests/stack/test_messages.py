"""Mail over LMTP, SMS and WeChat through the real processes, with kill -9 between what was accepted and its sending."""

import json
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress

import pytest

from ruoshui.channels.signing import signature
from ruoshui.channels.wechat.crypto import encrypt, signature_of
from tests.channels.calls import KEY, TOKEN, wechat_xml
from tests.channels.conftest import mail
from tests.channels.provider import Provider
from tests.running import Stack, free_port, stack, until

pytestmark = pytest.mark.stack
SECRET, ACCOUNT, MANY, KILLS = "a secret", "wx5823bf96d3bd56c7", 8, 2
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Line
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Unit
unit = Unit.objects.get(code="city")
for code, address, account in (("sms", "%(url)s/sms", "10086"), ("wechat", "%(url)s", "%(account)s")):
    values = dict(code=code, kind=code, name_zh=code, unit=unit, type="enquiry", address=address, account=account)
    configure(Line(), values, by=SYSTEM, at=timezone.now())
"""
REPLY = """
import django; django.setup()
from django.utils import timezone
from ruoshui.cases.actions import reply_case
from ruoshui.cases.models import Case
from ruoshui.organization.models import Staff
for case in Case.objects.filter(channel="%s").order_by("pk"):
    reply_case(case, body=f"answer {case.subject}", by=Staff.objects.get(username="chen").actor, at=timezone.now())
"""


@pytest.fixture(scope="module")
def provider():
    one = Provider()
    one.answers["/cgi-bin/token"] = {"access_token": "T", "expires_in": 7200}
    one.answers["/cgi-bin/message/custom/send"] = {"errcode": 0}
    yield one
    one.close()


@pytest.fixture(scope="module")
def running(provider):
    with stack() as found:
        found.kill("serve")
        found.kill("worker")
        found.environment |= {
            "RUOSHUI_LMTP": f"127.0.0.1:{free_port()}",
            "RUOSHUI_LINE_SMS_SECRET": SECRET,
            "RUOSHUI_LINE_WECHAT_SECRET": SECRET,
            "RUOSHUI_LINE_WECHAT_TOKEN": TOKEN,
            "RUOSHUI_LINE_WECHAT_AES_KEY": KEY,
        }
        python(found, SET_UP % {"url": provider.url, "account": ACCOUNT})
        found.start("serve")
        found.start("worker")
        yield found


def python(running: Stack, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], env=running.environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def post(running: Stack, path: str, body: bytes, headers: dict[str, str]) -> int:
    request = urllib.request.Request(f"{running.url}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def lmtp(running: Stack) -> smtplib.LMTP:
    host, port = running.environment["RUOSHUI_LMTP"].split(":")
    deadline = time.monotonic() + 20
    while True:
        with suppress(OSError):
            return smtplib.LMTP(host, int(port))
        assert time.monotonic() < deadline, "nobody answers over LMTP"
        time.sleep(0.2)


def test_mail_over_lmtp_is_kept_or_refused_for_each_recipient(running: Stack):
    ours, nobody = "service@yunzhou.example", "nobody@yunzhou.example"
    with lmtp(running) as client:
        raw = mail("over LMTP", subject="lmtp 1", sender="c1@example.com", to=ours)
        refused = client.sendmail("c1@example.com", [f"service+x@{ours.partition('@')[2]}", nobody], raw)
    assert {to: code for to, (code, _text) in refused.items()} == {nobody: 550}
    with lmtp(running) as client:
        client.sendmail(
            "c2@example.com", [ours], mail("then killed", subject="lmtp 2", sender="c2@example.com", to=ours)
        )
    running.kill("worker")
    running.start("worker")
    opened = "SELECT count(*) FROM cases_case WHERE subject LIKE 'lmtp %'"
    until(lambda: running.sql(opened) == [(2,)], 30)


def test_sms_accepted_before_the_worker_was_killed_are_answered_once_by_their_key(running: Stack, provider: Provider):
    for number in range(MANY):
        body = json.dumps({"id": f"s{number}", "from": f"1380000{number:04}", "text": f"sms {number}"}).encode()
        signed = {"X-Ruoshui-Signature": signature(SECRET, int(time.time()), body), "Content-Type": "application/json"}
        assert post(running, "/in/lines/sms", body, signed) == 200
        assert post(running, "/in/lines/sms", body, signed) == 409  # the very same call again
    assert running.sql("SELECT count(*) FROM cases_case WHERE channel = 'sms'") == [(MANY,)]
    told = answered(running, provider, "sms", "/sms")
    by_key = {one["key"]: one["text"] for one in told}
    assert sorted(by_key.values()) == [f"answer sms {number}" for number in range(MANY)]
    assert len(told) <= MANY + KILLS


def test_wechat_accepted_before_the_worker_was_killed_is_answered_and_at_most_once_more_a_kill(
    running: Stack, provider: Provider
):
    for number in range(MANY):
        moment, nonce = str(int(time.time())), f"n{number}"
        text = encrypt(KEY, wechat_xml(f"wechat {number}", sender=f"o{number}", key=str(number)), ACCOUNT)
        query = f"msg_signature={signature_of(TOKEN, moment, nonce, text)}&timestamp={moment}&nonce={nonce}"
        body = f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()
        for _again in range(2):  # WeChat itself repeats what was slow
            assert post(running, f"/in/lines/wechat?{query}", body, {"Content-Type": "text/xml"}) == 200
    assert running.sql("SELECT count(*) FROM cases_case WHERE channel = 'wechat'") == [(MANY,)]
    told = answered(running, provider, "wechat", "/cgi-bin/message/custom/send")
    assert {one["text"]["content"] for one in told} == {f"answer wechat {number}" for number in range(MANY)}
    assert len(told) <= MANY + KILLS


def answered(running, provider, channel, path):
    """Answers are accepted while no worker runs; one worker after the other is killed while it sends them. What was
    just being sent when one was killed is sent again. Returns the answers as the provider got them.
    """
    running.kill("worker")
    python(running, REPLY % channel)
    for _each in range(KILLS):
        running.start("worker")
        time.sleep(2.5)
        running.kill("worker")
    running.start("worker")
    until(lambda: running.sql("SELECT count(*) FROM channels_textout WHERE state <> 'sent'") == [(0,)], 40)
    return [told for told in provider.told(path) if f"answer {channel}" in str(told)]
