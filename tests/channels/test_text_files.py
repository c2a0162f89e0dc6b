"""A program that somebody sends over a line is not attached, and its original is there for who may fetch it."""

import pytest

from ruoshui.cases.actions import take_new_texts
from ruoshui.cases.models import Case
from ruoshui.channels.actions import receive_text
from ruoshui.channels.adapters import Came
from ruoshui.channels.models import TextIn
from tests.conftest import NOW

PROGRAM = b"MZ\x90\x00 a program"


@pytest.fixture
def sent(line):
    """The message that brought a program."""
    came = Came(key="1", sender="oFan", text="请打开", fetch=lambda: ("账单.exe", PROGRAM))
    text = receive_text(line("wechat"), came, at=NOW)
    take_new_texts(NOW)
    return TextIn.objects.get(pk=text.pk)


def test_the_case_leads_to_the_page_of_the_file_and_that_to_its_original(sent, signed_in):
    case, client = Case.objects.get(), signed_in("lead")
    assert list(case.messages.first().attachments.all()) == []
    address = f"/work/messages/in/{sent.pk}"
    assert f'href="{address}"' in client.get(f"/work/cases/{case.pk}").content.decode()
    page = client.get(address).content.decode()
    assert ("账单.exe" in page, sent.digest in page, f"{address}/original" in page) == (True, True, True)
    response = client.get(f"{address}/original")
    kept = b"".join(response.streaming_content)
    assert (kept, response.headers["Content-Type"], response.headers["Content-Security-Policy"]) == (
        PROGRAM, "application/octet-stream", "sandbox",
    )  # fmt: skip
    assert "attachment" in response.headers["Content-Disposition"]


def test_who_does_not_supervise_reads_of_it_and_fetches_nothing(sent, signed_in):
    client = signed_in("chen")
    page = client.get(f"/work/messages/in/{sent.pk}").content.decode()
    assert ("账单.exe" in page, f"/work/messages/in/{sent.pk}/original" in page) == (True, False)
    assert client.get(f"/work/messages/in/{sent.pk}/original").status_code == 403


def test_strangers_and_texts_without_a_file_are_not_found(sent, line, signed_in):
    assert [signed_in("south").get(f"/work/messages/in/{sent.pk}{end}").status_code for end in ("", "/original")] == [
        404,
        404,
    ]
    plain = receive_text(sent.line, Came(key="2", sender="oFan", text="你好"), at=NOW)
    assert signed_in("lead").get(f"/work/messages/in/{plain.pk}").status_code == 404


def test_whoever_a_case_is_kept_from_sees_no_file_of_it(sent, signed_in):
    Case.objects.update(confidential=True, assignee=None)
    assert signed_in("chen").get(f"/work/messages/in/{sent.pk}").status_code == 404
