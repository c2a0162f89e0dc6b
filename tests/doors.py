"""Every door by which something comes in, knocked at again and again: what each acknowledged must be there, whole."""

import http.client
import json
import re
import smtplib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import ClassVar

from ruoshui.channels.signing import signature
from ruoshui.core.content import digest_of
from tests.channels.conftest import mail
from tests.running import Stack

SECRET, ADDRESS = "a secret", "service@yunzhou.example"
GONE = (OSError, http.client.HTTPException, smtplib.SMTPException, subprocess.TimeoutExpired)
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Line
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Unit
unit = Unit.objects.get(code="city")
for code in ("sms", "talk"):
    kind = {"talk": "chat"}.get(code, code)
    values = dict(code=code, kind=kind, name_zh=code, unit=unit, type="enquiry", address="http://localhost:9/x")
    configure(Line(), values, by=SYSTEM, at=timezone.now())
"""


class Door:
    """`send` brings number n and returns whether it was acknowledged; brought again until it is."""

    pause: ClassVar[float] = 0.4
    again: ClassVar[bool] = True  # whether the same may come again without being taken twice

    def __init__(self, running: Stack, token: str) -> None:
        self.running, self.token, self.run = running, token, uuid.uuid4().hex[:8]
        self.acknowledged: list[int] = []
        self.last = ""  # why the last one was not, for whoever reads a failed test

    def send(self, n: int) -> bool:
        raise NotImplementedError

    def missing(self) -> list[int]:
        """Of those acknowledged, what is not there as often as it should be."""
        raise NotImplementedError

    def name(self, n: int) -> str:
        return f"{type(self).__name__.lower()} {self.run} {n}"

    def file(self, n: int) -> bytes:
        return (self.name(n) + " 电表照片\n").encode() * 800

    def knock(self, stopping: threading.Event) -> None:
        n = 0
        while not stopping.wait(self.pause):
            try:
                if self.send(n):
                    self.acknowledged.append(n)
                    n += 1
                elif not self.again:
                    n += 1
            except GONE as wrong:
                self.last = f"{type(wrong).__name__}: {wrong}"
                n += not self.again

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        request = urllib.request.Request(f"{self.running.url}{path}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return int(response.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    def _wrong(self, counted: dict[str, int], expected: Callable[[int], bool] = lambda count: count == 1) -> list[int]:
        return [n for n in self.acknowledged if not expected(counted.get(self.name(n), 0))]

    def _cases(self) -> dict[str, int]:
        like = f"{type(self).__name__.lower()} {self.run} %"
        return dict(
            self.running.sql(f"SELECT subject, count(*) FROM cases_case WHERE subject LIKE '{like}' GROUP BY 1")
        )

    def _without_file(self) -> list[int]:
        kept = {digest for (digest,) in self.running.sql("SELECT digest FROM cases_attachment")}
        return [n for n in self.acknowledged if digest_of(self.file(n)) not in kept]


class Api(Door):
    def send(self, n: int) -> bool:
        customer = {"name": "沈佳", "contacts": [{"kind": "email", "value": "shen@example.com"}]}
        body = {"type": "billing", "subject": self.name(n), "body": "请核对", "customer": customer}
        return self.running.call("POST", "/cases", body, token=self.token, key=self.name(n).replace(" ", "-"))[0] == 201

    def missing(self) -> list[int]:
        return self._wrong(self._cases())


class Portal(Door):
    again = False

    def __init__(self, running: Stack, token: str) -> None:
        super().__init__(running, token)
        self.jar = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay())

    def send(self, n: int) -> bool:
        url = f"{self.running.url}/new/outage"
        with self.browser.open(url, timeout=20) as page:
            form = page.read().decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        fields = hidden | {"subject": self.name(n), "body": "停电", "name": "沈佳", "phone": "13800001111"}
        body, kind = _multipart(fields | {"form_address": "东湖路 18 号"}, "files", "meter.txt", self.file(n))
        request = urllib.request.Request(url, body, {"Content-Type": kind, "Referer": url})
        try:
            with self.browser.open(request, timeout=20) as response:
                return int(response.status) == 302
        except urllib.error.HTTPError as refused:
            refused.close()
            return False

    def missing(self) -> list[int]:
        return self._wrong(self._cases(), lambda count: count >= 1) + self._without_file()


class Chat(Door):
    visitor = ""

    def send(self, n: int) -> bool:
        if not self.visitor:
            with urllib.request.urlopen(f"{self.running.url}/chat/talk", timeout=20) as page:
                found = re.search(r'data-token="([^"]+)"', page.read().decode())
                assert found
                self.visitor = found[1]
        key = str(uuid.uuid5(uuid.NAMESPACE_OID, self.name(n)))
        body, kind = _multipart({"key": key, "text": self.name(n)}, "file", "meter.txt", self.file(n))
        return self._post("/chat/talk/say", body, {"Content-Type": kind, "X-Chat-Token": self.visitor}) == 200

    def missing(self) -> list[int]:
        rows = self.running.sql("SELECT text, count(*) FROM channels_textin WHERE file <> '' GROUP BY 1")
        return self._wrong(dict(rows)) + self._without_file()


class Sms(Door):
    def send(self, n: int) -> bool:
        body = json.dumps({"id": self.name(n), "from": f"1380000{n % 10000:04}", "text": self.name(n)}).encode()
        signed = signature(SECRET, int(time.time()), body)
        answer = self._post("/in/lines/sms", body, {"X-Ruoshui-Signature": signed, "Content-Type": "application/json"})
        return answer in (200, 409)  # 409: this very call was taken already

    def missing(self) -> list[int]:
        return self._wrong(dict(self.running.sql("SELECT text, count(*) FROM channels_textin GROUP BY 1")))


class _Mail(Door):
    def raw(self, n: int) -> bytes:
        files = [("meter.txt", "text/plain", self.file(n))]
        made: bytes = mail(
            "请看附件",
            subject=self.name(n),
            sender=f"{type(self).__name__.lower()}{n}@example.com",
            to=ADDRESS,
            files=files,
            Message_ID=f"<{self.name(n).replace(' ', '.')}@example.com>",
        )
        return made

    def missing(self) -> list[int]:
        return self._wrong(self._cases()) + self._without_file()


class Lmtp(_Mail):
    def send(self, n: int) -> bool:
        host, port = self.running.environment["RUOSHUI_LMTP"].split(":")
        with smtplib.LMTP(host, int(port), timeout=20) as client:
            return client.sendmail("c@example.com", [ADDRESS], self.raw(n).replace(b"\n", b"\r\n")) == {}


class MailIn(_Mail):
    pause = 1.0

    def send(self, n: int) -> bool:
        command = [sys.executable, "-m", "ruoshui.cli", "mail-in", ADDRESS]
        done = subprocess.run(
            command, input=self.raw(n), env=self.running.environment, check=False, timeout=60, capture_output=True
        )
        return done.returncode == 0


DOORS: tuple[type[Door], ...] = (Api, Portal, Chat, Sms, Lmtp, MailIn)


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, _request, answer, _code, _message, _headers):
        return answer


def _multipart(fields: dict[str, str], name: str, file: str, content: bytes) -> tuple[bytes, str]:
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
    parts.append(f"{head}Content-Type: text/plain\r\n\r\n".encode() + content + f"\r\n--{border}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={border}"


def unready(running: Stack) -> str:
    """What /readyz says is wrong; empty when nothing is."""
    try:
        with urllib.request.urlopen(f"{running.url}/readyz", timeout=20) as response:
            return "" if int(response.status) == 200 else "?"
    except urllib.error.HTTPError as refused:
        return str(refused.read().decode())
    except (OSError, http.client.HTTPException) as wrong:
        return repr(wrong)
