"""Mails spoilt in many ways, the same for the same number: what a fuzzer finds once it finds again."""

import random

from tests.channels.conftest import mail

BYTES = [
    b"\x00",
    b"\xff",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"=",
    b"=?",
    b"?=",
    b"--",
    b";",
    b'"',
    b"<",
    b">",
    b"(",
    b"\xed\xa0\x80",
]
WORDS = [
    b"=?utf-7?q?+2AA-?=", b"=?utf-8?b?!AA=?=", b"=?unicode_escape?q?=5Cud800?=", b"=?gb2312?b?xOO6?=", b"=?\x00?q?x?=",
    b"charset=utf-7", b"charset=punycode", b"charset=unicode_escape", b"charset=idna", b'charset="a\x00b"',
    b"charset=utf-16", b"charset=hz-gb-2312", b"charset*=utf-8''%00", b"filename*=a'b", b"filename*0*=x; filename*x=y",
    b"boundary=", b"boundary*=utf-8''x", b"Content-Type: message/rfc822\n\n", b"Content-Type: multipart/mixed\n\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n", b"begin 644 x\n",
    b"Content-Transfer-Encoding: quoted-printable\n", b"Message-ID: <\x00@a>\n", b"Date: 99 Foo 99999 99:99 +9999\n",
    b"Subject:\n\t\n", b"From: \xff\xfe <a@b.cn>\n", b"<blockquote>" * 50, b"<!--", b"&#55296;", b"> " * 40 + b"\n",
]  # fmt: skip


def samples():
    """Sound mails of many kinds."""
    html = (
        b"Content-Type: text/html; charset=utf-8\n\n<p>one<br>two<blockquote>old</blockquote><table><tr><td>x</table>"
    )
    report = (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\n\n--r\n\nit failed\n--r\n'
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n--r\nContent-Type: message/rfc822\n\n"
        b"Message-ID: <ours@bank.example>\nSubject: a\n\nwords\n--r--\n"
    )
    head = b"From: Lu Han <lu@kunde.example>\nTo: service@bank.example\nSubject: a question\nMessage-ID: <s@kunde.example>\n"
    chinese = "From: 陆涵 <lu@kunde.example>\nSubject: 电费核对\n\n请核对三月电费。".encode("gb18030")
    return [
        mail(),
        mail("好的\n\n在 2026年3月4日，客服 <s@b.cn> 写道：\n> 您好", References="<a@b> <c@d>"),
        mail(files=[("账单.pdf", "application/pdf", b"%PDF-1"), ("a.png", "image/png", b"\x89PNG")]),
        mail(sender='"Wright, Emma" <emma@example.net>', subject="Größe", Auto_Submitted="auto-replied"),
        head + html,
        head + report,
        chinese,
        head + b"Content-Type: text/plain; charset=utf-7\n\na +ZeVnLIqe- b",
        head
        + b'Content-Type: application/pdf; name="=?utf-8?b?6LSm5Y2VLnBkZg==?="\nContent-Disposition: attachment\n\n%PDF',
    ]


def spoilt(seed):
    """One of the samples with one to five faults."""
    chance = random.Random(seed)
    raw = bytearray(chance.choice(samples()))
    for _each in range(chance.randint(1, 5)):
        place, end = sorted(chance.randrange(len(raw) + 1) for _one in range(2))
        match chance.randrange(7):
            case 0:
                raw[place:place] = chance.choice(BYTES) * chance.choice((1, 1, 1, 30))
            case 1:
                raw[place:place] = chance.choice(WORDS)
            case 2:
                del raw[place : min(end, place + 200)]
            case 3:
                raw[place:place] = raw[place : min(end, place + 500)] * chance.choice((1, 2, 20))
            case 4 if place < len(raw):
                raw[place] = chance.randrange(256)
            case 5:
                raw[:] = raw.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b" ")))
            case 6:
                raw[0:0] = chance.choice(WORDS)
    return bytes(raw)
