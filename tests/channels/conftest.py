"""Mails made by hand, and a mailbox they come to."""

from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from ruoshui.channels.actions import receive_letter
from ruoshui.channels.models import LetterIn, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from tests.conftest import NOW

COUNT = iter(range(1, 10**9))


def mail(
    text="电费比平时高一倍，请核对。",
    *,
    sender="许文 <xu@example.com>",
    to="service@bank.example",
    subject="电费",
    **headers,
):
    """Bytes of a mail; header names with `_` for `-`. `files`: (name, type, content)."""
    made = EmailMessage()
    files = headers.pop("files", ())
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(NOW)
    made["Message-ID"] = headers.pop("Message-ID", f"<m{next(COUNT)}@example.com>")
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


@pytest.fixture
def mailbox(demo):
    values = {
        "code": "service",
        "name_zh": "客服邮箱",
        "name_en": "Service",
        "address": "service@bank.example",
        "unit": demo.units["city"],
        "type": "enquiry",
    }
    return configure(Mailbox(), values, by=SYSTEM, at=NOW)


@pytest.fixture
def take(mailbox):
    """take(mail(…)) → the letter, after it was taken in."""
    from ruoshui.cases.actions import take_new_letters

    def come(raw, at=NOW):
        letter = receive_letter(mailbox, raw, at=at)
        take_new_letters(at)
        return LetterIn.objects.get(pk=letter.pk)

    return come


@pytest.fixture
def provider():
    from tests.channels.provider import Provider

    one = Provider()
    yield one
    one.close()


@pytest.fixture
def line(demo, provider, monkeypatch):
    """line("sms") → a line whose provider is on this machine."""
    from ruoshui.channels.models import Line

    def make(kind, **more):
        values = {
            "code": kind,
            "kind": kind,
            "name_zh": "短信",
            "name_en": kind,
            "unit": demo.units["city"],
            "type": "enquiry",
            "account": "wx5823bf96d3bd56c7",
            "agent": "218" if kind == "wecom" else "",
            "address": "" if kind == "chat" else f"{provider.url}/sms" if kind == "sms" else provider.url,
        }
        monkeypatch.setenv(f"RUOSHUI_LINE_{kind.upper()}_SECRET", "a secret")
        if kind in ("wechat", "wecom"):
            monkeypatch.setenv(f"RUOSHUI_LINE_{kind.upper()}_TOKEN", "QDG6eK")
            monkeypatch.setenv(f"RUOSHUI_LINE_{kind.upper()}_AES_KEY", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
        return configure(Line(), values | more, by=SYSTEM, at=NOW)

    return make


@pytest.fixture
def committed(demo):
    """The mailbox pipe@bank.example, seen by other processes and threads."""
    from tests.channels.committed import committed_mailbox

    with committed_mailbox() as line:
        yield line
