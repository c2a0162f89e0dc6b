"""What customers send is taken, by what it is: pictures, voices, old office files, invitations, Outlook's packs."""

import struct

import pytest

from ruoshui.cases.files import Upload, checked
from ruoshui.cases.models import Attachment
from ruoshui.cases.refusals import AttachmentRefused
from ruoshui.channels.mail.calendars import appointments_in
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.rtf import unpacked_rtf, words_of_rtf
from ruoshui.channels.mail.tnef import unpacked_tnef
from ruoshui.channels.mail.trust import Verdict, judge
from ruoshui.core.file_kinds import UNKNOWN
from tests.channels.conftest import mail
from tests.channels.test_mail import case_of

OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), b"PK\x03\x04" + bytes(50)
OFFICE = "application/vnd.openxmlformats-officedocument."


def boxes(brand):
    return b"\x00\x00\x00\x18ftyp" + brand + bytes(30)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("photo.jpg", b"\x89PNG\r\n\x1a\n" + bytes(9), "image/png"),
        ("photo.jpg", boxes(b"heic"), "image/heic"),
        ("a.heic", boxes(b"mif1"), "image/heic"),
        ("voice.amr", b"#!AMR\n" + bytes(9), "audio/amr"),
        ("voice.amr", b"\x02#!SILK_V3" + bytes(9), "audio/silk"),
        ("voice.mp3", b"ID3\x04" + bytes(9), "audio/mpeg"),
        ("voice.m4a", boxes(b"M4A "), "audio/mp4"),
        ("film.mp4", boxes(b"isom"), "video/mp4"),
        ("film.mov", boxes(b"qt  "), "video/quicktime"),
        ("film.3gp", boxes(b"3gp5"), "video/3gpp"),
        ("film.webm", b"\x1aE\xdf\xa3" + bytes(9), "video/webm"),
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        ("a.bmp", b"BM\x36\x00\x00\x00\x00\x00\x00\x00\x36", "image/bmp"),
        ("a.tif", b"II*\x00" + bytes(9), "image/tiff"),
        ("a.doc", OLE, "application/msword"),
        ("a.xls", OLE, "application/vnd.ms-excel"),
        ("a.ppt", OLE, "application/vnd.ms-powerpoint"),
        ("a.msg", OLE, "application/vnd.ms-outlook"),
        ("a.docx", ZIP, f"{OFFICE}wordprocessingml.document"),
        ("a.pptx", ZIP, f"{OFFICE}presentationml.presentation"),
        ("发票.ofd", ZIP, "application/ofd"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
        ("a.7z", b"7z\xbc\xaf'\x1c" + bytes(9), "application/x-7z-compressed"),
        ("a.gz", b"\x1f\x8b\x08" + bytes(9), "application/gzip"),
        ("a.rtf", b"{\\rtf1 x}", "application/rtf"),
        ("a.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        ("a.vcf", b"BEGIN:VCARD\r\n", "text/vcard"),
        ("a.eml", b"From: a@b.cn\n\nx", "message/rfc822"),
        ("smime.p7s", b"0\x82" + bytes(9), "application/pkcs7-signature"),
        ("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(9), "application/ms-tnef"),
        ("BMW.txt", b"BM and MZ are the makes", "text/plain"),
        ("a.html", b"<p>x</p>", "text/html"),
        ("plan.dwg", b"AC1032" + bytes(9), "image/vnd.dwg"),
        ("nothing known", b"?", UNKNOWN),
    ],
)
def test_a_file_is_taken_as_what_it_is(name, content, kind):
    assert checked(Upload(name, content)) == (name, kind)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bill.pdf.exe", b"x"), ("a.pdf", b"MZ\x90\x00"), ("a.jpg", b"\x7fELF"), ("a.js", b"x"), ("a.lnk", b"x"), ("a.apk", ZIP),
        ("a.png", b"\xca\xfe\xba\xbe"),
    ],
)  # fmt: skip
def test_only_programs_are_refused_whatever_they_are_called(name, content):
    with pytest.raises(AttachmentRefused, match="programs are not taken"):
        checked(Upload(name, content, as_it_is=True))


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.xlsx", "a.doc"])
def test_a_damaged_file_is_refused_of_who_can_send_another_and_taken_of_who_cannot(name):
    with pytest.raises(AttachmentRefused, match="damaged"):
        checked(Upload(name, b"\x00\x01"))
    assert checked(Upload(name, b"\x00\x01", as_it_is=True)) == (name, UNKNOWN)


def test_all_that_came_by_mail_hangs_on_the_case(take, customer):
    files = [
        ("a.doc", "application/msword", OLE),
        ("b.heic", "image/heic", boxes(b"heic")),
        ("c.pdf", "application/pdf", b"?"),
    ]
    case = case_of(take(mail("see", files=files)))
    found = Attachment.objects.filter(message__case=case).order_by("pk")
    assert list(found.values_list("name", "content_type")) == [
        ("a.doc", "application/msword"), ("b.heic", "image/heic"), ("c.pdf", UNKNOWN),
    ]  # fmt: skip
    assert case.messages.filter(kind="note").count() == 0


INVITATION = (
    "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nDTSTART:19700101T000000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
    "SUMMARY;LANGUAGE=zh:查勘\\, 三号楼\r\nDTSTART;TZID=Asia/Shanghai:20260305T100000\r\n"
    "DTEND;TZID=Asia/Shanghai:20260305T113000\r\nLOCATION:大厅\\n二楼\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        ("SUMMARY:a\nDTSTART:20260306T010000Z\nDTEND:20260306T020000Z", "a · 2026-03-06 01:00–02:00 (UTC)"),
        ("SUMMARY:a\nDTSTART:20260306T230000Z\nDTEND:20260307T010000Z", "a · 2026-03-06 23:00–2026-03-07 01:00 (UTC)"),
        ("SUMMARY:a\nDTSTART;VALUE=DATE:20260306", "a · 2026-03-06"),
        ("SUMMARY:a\n b\nDTSTART:20260306T100000\nSTATUS:CANCELLED", "ab · 2026-03-06 10:00 · CANCELLED"),
        ("SUMMARY:a\nDTSTART:soon", "a"),
    ],
)
def test_an_appointment_is_read_with_its_time(event, line):
    assert appointments_in(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n") == [line]


def test_an_invitation_alone_says_what_and_when_and_is_a_file(take, customer):
    raw = mail("x").replace(b"text/plain", b"text/calendar").replace(b"\n\nx", b"\n\n" + INVITATION.encode())
    said = case_of(take(raw)).messages.get()
    assert (said.body, [one.name for one in said.attachments.all()]) == (
        "查勘, 三号楼 · 2026-03-05 10:00–11:30 (Asia/Shanghai) · 大厅 二楼", ["part-1.ics"],
    )  # fmt: skip


def test_an_invitation_that_is_attached_is_read_below_the_words():
    letter = read_letter(mail("请来", files=[("invite.ics", "application/ics", INVITATION.encode())]))
    assert letter.text.split("\n\n") == ["请来", "查勘, 三号楼 · 2026-03-05 10:00–11:30 (Asia/Shanghai) · 大厅 二楼"]


def attribute(level, number, value):
    return struct.pack("<BII", level, number, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*pairs):
    """(type, number, value) of texts and bytes."""
    made = struct.pack("<I", len(pairs))
    for kind, number, value in pairs:
        made += struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
    return made


def pack(*attributes):
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


LONG_NAME = "电费账单 2026 年 3 月.pdf"
PACK = pack(
    attribute(1, 0x69007, struct.pack("<II", 936, 0)),
    attribute(1, 0x69003, properties((0x1F, 0x1000, "请看附件\0".encode("utf-16-le")))),
    attribute(2, 0x69002, bytes(14)),
    attribute(2, 0x18010, "账单~1.PDF\0".encode("gbk")),
    attribute(2, 0x6800F, b"%PDF-1.4 bill"),
    attribute(2, 0x69005, properties((0x1F, 0x3707, f"{LONG_NAME}\0".encode("utf-16-le")))),
    attribute(2, 0x69002, bytes(14)),
    attribute(2, 0x18010, "照片.png\0".encode("gbk")),
    attribute(2, 0x6800F, b"\x89PNG\r\n\x1a\n"),
)


def test_what_outlook_packed_is_unpacked(take, customer):
    said = case_of(take(mail("", files=[("winmail.dat", "application/ms-tnef", PACK)]))).messages.get()
    assert (said.body, [(one.name, one.content_type) for one in said.attachments.all()]) == (
        "请看附件", [(LONG_NAME, "application/pdf"), ("照片.png", "image/png")],
    )  # fmt: skip


def test_a_program_in_a_pack_is_a_program():
    packed = pack(
        attribute(2, 0x69002, b""), attribute(2, 0x18010, b"bill.exe\0"), attribute(2, 0x6800F, b"MZ\x90\x00")
    )
    letter = read_letter(mail("x", files=[("winmail.dat", "application/ms-tnef", packed)]))
    assert (judge(letter, server="").verdict, judge(letter, server="").reasons) == (
        Verdict.QUARANTINE, ("program:bill.exe",),
    )  # fmt: skip


@pytest.mark.parametrize("length", range(0, len(PACK), 7))
def test_a_pack_cut_anywhere_is_read_as_far_as_it_goes(length):
    found = unpacked_tnef(PACK[:length])
    assert len(found.files) <= 2
    letter = read_letter(mail("x", files=[("winmail.dat", "application/ms-tnef", PACK[:length] or b"?")]))
    assert letter.parts


def test_a_message_in_a_pack_is_opened_but_not_without_end():
    inner = PACK
    for _depth in range(6):
        inner = pack(attribute(2, 0x69002, b""), attribute(2, 0x69005, properties((0x0D, 0x3701, bytes(16) + inner))))
    assert unpacked_tnef(inner).files[0][0].startswith("file-")
    two = pack(attribute(2, 0x69002, b""), attribute(2, 0x69005, properties((0x0D, 0x3701, bytes(16) + PACK))))
    assert [name for name, _content in unpacked_tnef(two).files] == [LONG_NAME, "照片.png"]


def test_rich_text_is_unpacked_and_read():
    """The example of [MS-OXRTFCP], 3.1.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked_rtf(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    source = rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 Arial;}}{\*\generator x;}\f0 Hello \'c4\'e3\'ba\'c3\par two \u20320? \{x\}}"
    assert words_of_rtf(source) == "Hello 你好\ntwo 你 {x}"
