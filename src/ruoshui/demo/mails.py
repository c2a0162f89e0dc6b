"""Mail of the demo: a conversation in Chinese, one in English, an automatic answer, and a program in quarantine."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ruoshui.cases.actions import reply_case, take_new_letters
from ruoshui.cases.models import Case
from ruoshui.channels.actions import receive_letter
from ruoshui.channels.models import LetterOut, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure

if TYPE_CHECKING:
    from ruoshui.demo.setup import Demo

ADDRESS = "service@yunzhou.example"


def tell_mails(demo: "Demo", now: datetime) -> None:
    values = {
        "code": "service",
        "name_zh": "客服邮箱",
        "name_en": "Service mailbox",
        "address": ADDRESS,
        "unit": demo.units["city"],
        "type": "enquiry",
    }
    mailbox = configure(Mailbox(), values, by=SYSTEM, at=now - timedelta(days=30))
    begin = now - timedelta(hours=5)
    first = _mail("顾明远 <gu@example.com>", "申请电子发票", "您好，请把去年全年的电费发票发到这个邮箱，谢谢。", begin)
    case = _taken(mailbox, first, begin)
    reply_case(
        case,
        body="您好，发票已开具，稍后发送到您的邮箱。请核对抬头是否为个人。",
        by=demo.staff["chen"].actor,
        at=begin + timedelta(hours=1),
    )
    ours = LetterOut.objects.filter(case_id=case.pk).latest("pk")
    quoted = f"抬头请改为“明远工作室”，税号稍后补上。\n\n在 {begin:%Y年%m月%d日}，客服 <{ADDRESS}> 写道：\n> 您好，发票已开具"
    answer = _mail("顾明远 <gu@example.com>", ours.subject, quoted, begin + timedelta(hours=2), ours.message_id)
    _taken(mailbox, answer, begin + timedelta(hours=2))
    wright = (
        "Good morning,\n\nmy meter shows an error code E4 since yesterday. Could someone have a look?\n\nEmma Wright"
    )
    _taken(mailbox, _mail("Emma Wright <emma@example.net>", "Meter shows E4", wright, begin), begin)
    away = _mail("沈佳 <shen@example.com>", "自动回复：本周休假", "本周休假，紧急事宜请电话联系。", begin)
    receive_letter(mailbox, away, at=begin)
    bad = _mail("财务部 <caiwu@example.biz>", "请查收发票", "发票见附件，请尽快处理。", begin, program="发票.pdf.exe")
    receive_letter(mailbox, bad, at=begin + timedelta(hours=3))
    take_new_letters(begin + timedelta(hours=3))


def _taken(mailbox: Mailbox, raw: bytes, at: datetime) -> Case:
    letter = receive_letter(mailbox, raw, at=at)
    take_new_letters(at)
    letter.refresh_from_db()
    return Case.objects.get(pk=letter.case_id or 0)


def _mail(sender: str, subject: str, text: str, at: datetime, answers: str = "", program: str = "") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, ADDRESS, subject
    made["Date"], made["Message-ID"] = (
        format_datetime(at),
        f"<{at:%Y%m%d%H%M%S}.{len(subject)}.{sender.rpartition(' ')[2].strip('<>')}>",
    )
    if answers:
        made["In-Reply-To"] = made["References"] = f"<{answers}>"
    made.set_content(text)
    if program:
        made.add_attachment(b"MZ\x90", maintype="application", subtype="octet-stream", filename=program)
    return made.as_bytes()
