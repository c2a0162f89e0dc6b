"""Mails are read as they really come: labels that lie, headers that break, HTML that hides, quotes without end."""

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.channels.mail.automatic import Automatic, machine_of
from ruoshui.channels.mail.charsets import text_in
from ruoshui.channels.mail.folding import folds_of, is_forwarding, parted
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.trust import Verdict, judge
from ruoshui.channels.mail.words import text_of_html
from tests.channels.conftest import mail

CHINESE = "尊敬的客服：我家三月电费比平时高一倍，请核对抄表数据。镕"  # the last is in GBK and not in GB 2312
TRADITIONAL = "您好，我想查詢上個月的電費帳單。"
SHARED = Path(__file__).parents[3] / "shared/data/emails"


@pytest.mark.parametrize(
    ("text", "real", "label"),
    [
        (CHINESE, "gbk", "gb2312"),
        (CHINESE, "gbk", "GBK"),
        (CHINESE + "㐀𠀀", "gb18030", "gb2312"),
        (CHINESE, "gb18030", ""),
        (CHINESE, "gb18030", "us-ascii"),
        (CHINESE, "gb18030", "iso-8859-1"),
        (CHINESE, "gb18030", "utf-8"),
        (CHINESE, "utf-8", "gb2312x"),
        (CHINESE, "utf-8", "iso-8859-1"),
        (CHINESE, "utf-8", ""),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "big5", "x-big5"),
        ("電力會社です。料金を確認してください。", "iso2022_jp", "iso-2022-jp"),
        ("Größe überprüfen", "cp1252", "iso-8859-1"),
        ("Größe überprüfen", "utf-8", "us-ascii"),
        ("Größe überprüfen – “so”", "cp1252", "us-ascii"),
        ("Добрый день, коллеги", "koi8-r", "koi8-r"),
        ("plain", "ascii", "no-such-charset"),
    ],
)
def test_text_is_read_by_what_it_is_not_by_what_it_says(text, real, label):
    assert text_in(text.encode(real), label) == text


@given(
    st.binary(max_size=300), st.sampled_from(["", "gb2312", "utf-8", "utf-7", "hz", "big5", "x", "base64", "utf-16"])
)
def test_no_bytes_and_no_label_ever_fail(content, label):
    assert "\x00" not in text_in(content, label)


@given(st.binary(max_size=2000))
def test_no_mail_ever_fails(raw):
    letter = read_letter(b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + raw)
    assert letter.sender == "a@b.cn"
    read_letter(raw)


def test_raw_chinese_headers_and_names_are_read():
    raw = "From: 许文 <xu@example.com>\nSubject: 电费比平时高一倍请核对\n\n请核对抄表数据".encode("gb18030")
    letter = read_letter(raw)
    assert (letter.sender, letter.sender_name, letter.subject, letter.text) == (
        "xu@example.com", "许文", "电费比平时高一倍请核对", "请核对抄表数据",
    )  # fmt: skip


def test_encoded_words_cut_in_the_middle_of_a_character_are_joined():
    import base64

    content = "电费账单核对申请".encode("gb18030")
    halves = [base64.b64encode(part).decode() for part in (content[:7], content[7:])]
    raw = f"From: a@b.cn\nSubject: =?gb2312?B?{halves[0]}?=\n =?gb2312?B?{halves[1]}?=\n\nx".encode()
    assert read_letter(raw).subject == "电费账单核对申请"


def test_files_pictures_and_mails_within_are_parts():
    raw = mail(files=[("账单.pdf", "application/pdf", b"%PDF-1"), ("a.png", "image/png", b"\x89PNG")])
    assert [(part.name, part.content_type, part.content) for part in read_letter(raw).parts] == [
        ("账单.pdf", "application/pdf", b"%PDF-1"), ("a.png", "image/png", b"\x89PNG"),
    ]  # fmt: skip


def test_html_gives_its_words_and_nothing_that_runs():
    source = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>您好</p><script>alert(1)</script>"
        "<p>第二段<br>换行 <b>粗</b></p><ul><li>一</li><li>二</li></ul><blockquote>旧话</blockquote></body></html>"
    )
    assert text_of_html(source) == "您好\n\n第二段\n换行 粗\n\n一\n\n二\n\n> 旧话"
    assert text_of_html("<p>" * 5000 + "deep") in ("", "deep") or "deep" in text_of_html("<p>" * 5000 + "deep")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("好的，谢谢\n\n在 2026年3月4日，客服 <s@b.cn> 写道：\n> 您好\n> 已核对", "好的，谢谢"),
        ('谢谢\n\n------------------ 原始邮件 ------------------\n发件人: "客服"\n您好', "谢谢"),
        ("Thanks\n\nOn Wed, 4 Mar 2026 at 10:00, Service <s@b.cn> wrote:\n> Hello", "Thanks"),
        ("Thanks\n\nOn Wed, 4 Mar 2026 at 10:00, Service Department\n<s@b.cn> wrote:\n> Hello", "Thanks"),
        ("Thanks\n\n-----Original Message-----\nFrom: Service\nSent: today\n\nHello", "Thanks"),
        ("谢谢\n\n发件人：客服\n发送时间：2026年3月4日\n收件人：许文\n主题：回复\n\n您好", "谢谢"),
        ("Danke\n\n____________\nVon: Service\nGesendet: Mittwoch\nAn: Lu\nBetreff: AW: Zähler\n\nHallo", "Danke"),
        ("谢谢\n\n在 2026-03-04 10:00:00，客服 <s@b.cn> 写道：\n您好，已核对", "谢谢"),
        ("> 您核对了吗？\n没有，请再看\n> 还有呢？\n没有了", "> 您核对了吗？\n没有，请再看\n> 还有呢？\n没有了"),
        ("first\n\nOn Monday, Bank <h@b.cn> wrote:\n> paid?\n\nyes, on Friday", "first\n\nyes, on Friday"),
        ("see\n> a\n> b\n> c\n> d\nyes to c\n> e\nno", "see\n\nyes to c\n> e\nno"),
        ("> only\n> quoted", "> only\n> quoted"),
        ("", ""),
        ("From: the beginning I was\nunhappy", "From: the beginning I was\nunhappy"),
        ("Moving house:\nFrom: Oak Lane 3\nTo: Elm Road 9\nDate: 2 June\nplease", None),
        ("Good day\n____________________\nclose account 77 please", None),
        ("ask the neighbour, who wrote:\nthe meter hums", None),
        ("看看这个\n\n---------- 转发邮件信息 ----------\n发件人：租客\n日期：周一\n主题：电表\n\n> 读数不对\n> 请查", None),
        ("what he says:\n\n---------- Forwarded message ---------\nFrom: T <t@x.cn>\nDate: Mon\nSubject: m\n\nreading", None),
        ("Begin forwarded message:\n\nFrom: T <t@x.cn>\nSubject: meter\nDate: Mon\n\nreading", None),
    ],
)  # fmt: skip
def test_what_is_quoted_is_told_from_what_is_new_and_nothing_is_lost(text, new):
    folds = folds_of(text)
    pieces = parted(text, folds)
    assert "\n\n".join(words for is_folded, words in pieces if not is_folded) == (text if new is None else new)
    assert "".join("".join(words for _is_folded, words in pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("subject", ["Fwd: 电表", "FW: meter", "转发：电表", "WG: Zähler", "Re: Fwd: meter"])
def test_of_what_somebody_passes_on_nothing_is_folded(subject):
    text = "please read\n\n发件人：客服\n发送时间：2026年3月4日\n主题：回复\n\n您好"
    assert (is_forwarding(subject), folds_of(text, is_forward=True), folds_of(text)) == (True, (), ((2, 5),))


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, Automatic.NO),
        ({"Auto_Submitted": "no"}, Automatic.NO),
        ({"Auto_Submitted": "auto-replied"}, Automatic.REPLY),
        ({"Auto_Submitted": "auto-generated; x=y"}, Automatic.REPLY),
        ({"Precedence": "auto_reply"}, Automatic.REPLY),
        ({"X_Autoreply": "yes"}, Automatic.REPLY),
        ({"Return_Path": "<>"}, Automatic.REPLY),
        ({"X_Autoresponder": "1"}, Automatic.REPLY),
        ({"subject": "自动回复：我在休假", "In_Reply_To": "<a@bank.example>"}, Automatic.REPLY),
        ({"subject": "自动回复：三天没有人理我"}, Automatic.NO),
        ({"subject": "自动回复没有用，我要人工"}, Automatic.NO),
        ({"subject": "Out of office hours nobody answers"}, Automatic.NO),
        ({"subject": "Undeliverable: the new meter"}, Automatic.NO),
        ({"subject": "退信用卡的年费"}, Automatic.NO),
        ({"subject": "系统退信"}, Automatic.NO),
        (
            {"subject": "Mail delivery to my old flat", "text": "This is the mail system at host: I got that"},
            Automatic.NO,
        ),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"List_Id": "<news.example.com>"}, Automatic.BULK),
        ({"sender": "noreply@example.com"}, Automatic.BULK),
        ({"sender": "bank-no-reply@example.com"}, Automatic.BULK),
        ({"sender": "noreply@example.com", "Reply_To": "Xu <xu@example.com>"}, Automatic.NO),
        ({"sender": "noreply@example.com", "Reply_To": "x@y.cn", "Auto_Submitted": "auto-generated"}, Automatic.NO),
        ({"sender": "MAILER-DAEMON@example.com"}, Automatic.BOUNCE),
        ({"X_Failed_Recipients": "xu@example.com"}, Automatic.BOUNCE),
        ({"sender": "postmaster@qq.example", "text": "抱歉，您的邮件被退回来了"}, Automatic.BOUNCE),
        ({"sender": "Mail Delivery System <robot@mx.example>", "text": "could not be delivered"}, Automatic.BOUNCE),
        ({"sender": "Mail Delivery System <robot@mx.example>", "text": "please call me"}, Automatic.NO),
        ({"sender": "Postmaster@163.example", "subject": "系统退信"}, Automatic.BOUNCE),
        ({"Return_Path": "<>", "subject": "Undeliverable: your mail"}, Automatic.BOUNCE),
        ({"sender": "postmaster@house.example", "text": "our mail server is new"}, Automatic.REPLY),
        ({"X_Ruoshui": "service"}, Automatic.OURS),
    ],
)
def test_machines_are_known_by_what_they_say_of_themselves(headers, kind):
    assert machine_of(read_letter(mail(**headers))).kind == kind


@pytest.mark.parametrize(
    ("given", "verdict", "reasons"),
    [
        ({}, Verdict.PASS, ()),
        ({"Authentication_Results": "mx.bank.example; spf=pass; dkim=pass; dmarc=pass"}, Verdict.PASS, ()),
        ({"Authentication_Results": "mx.bank.example; spf=softfail; dkim=none"}, Verdict.MARK, ("spf:softfail",)),
        ({"Authentication_Results": "mx.bank.example; spf=fail; dmarc=fail"}, Verdict.QUARANTINE, ("dmarc:fail",)),
        ({"Authentication_Results": "evil.example; dmarc=fail"}, Verdict.PASS, ()),
        ({"files": [("账单.pdf.exe", "application/pdf", b"x")]}, Verdict.QUARANTINE, ("program:账单.pdf.exe",)),
        ({"files": [("a.pdf", "application/pdf", b"MZ\x90")]}, Verdict.QUARANTINE, ("program:a.pdf",)),
        ({"text": "see https://login.evil.example/x"}, Verdict.QUARANTINE, ("link:login.evil.example",)),
        ({"text": "see https://notevil.example/x"}, Verdict.PASS, ()),
        ({"text": "see www.evil.example, or not"}, Verdict.QUARANTINE, ("link:www.evil.example",)),
        ({"text": "https://bank.example@evil.example/x"}, Verdict.QUARANTINE, ("link:evil.example",)),
    ],
)  # fmt: skip
def test_sender_files_and_links_are_judged_together(given, verdict, reasons):
    found = judge(read_letter(mail(**given)), server="mx.bank.example", blocked_hosts=["evil.example"])
    assert (found.verdict, found.reasons) == (verdict, reasons)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared mails are not beside the checkout")
def test_every_shared_mail_is_read_in_time_and_the_chinese_ones_are_readable():
    files = [path for path in SHARED.rglob("*") if path.is_file() and path.name != "ORIGIN.txt"]
    raws = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    begun = time.perf_counter()
    letters = [read_letter(raw) for raw in raws]
    took = time.perf_counter() - begun
    assert took / len(letters) * 200 < 2  # the rest of the four seconds is for the database
    assert sum(not letter.sender for letter in letters) <= 1
    named = {path.name: letter for path, letter in zip(files, letters, strict=True)}
    expected = {
        "new-ticket-from-gb18030": ("测试", "测试"),
        "text-html-with-umlaut": ("An example of mail containing text-html with an umlaut in the content", "Hello,"),
        "new-ticket-from-iso-8859-1": ("Re: rt-3.0.3pre1", "Håvard"),
        "8859-15-message-series__msg1": ("test äöüßÄÖÜß€", "test nochmal"),
        "subject-with-folding-ws": ("test", "test"),
        "message_with_single_byte_encoding.eml": ("Tjest", "Это сообщение"),
    }
    assert {
        name: (named[name].subject, named[name].text.startswith(text)) for name, (_subject, text) in expected.items()
    } == {name: (subject, True) for name, (subject, _text) in expected.items()}
