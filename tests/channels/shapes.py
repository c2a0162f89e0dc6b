"""Mails of one odd shape each, as large as asked for: what takes the square of its length in some mail reader."""

from base64 import b64encode


def _fill(piece, size):
    piece = piece if isinstance(piece, bytes) else piece.encode()
    return piece * (size // len(piece))


def _mail(head="", body=b""):
    fields = f"From: lu@kunde.example\nTo: service@bank.example\nMessage-ID: <shape@kunde.example>\n{head}"
    return fields.encode() + b"\n" + body


def _field(name, begin, piece, end=""):
    return lambda size: _mail(f"{name}: {begin}{_fill(piece, size).decode()}{end}\n", b"words")


def _text(begin, piece, end=b""):
    return lambda size: _mail("", begin + _fill(piece, size) + end)


def _html(begin, piece, end=""):
    head = "Content-Type: text/html; charset=utf-8\n"
    return lambda size: _mail(head, begin.encode() + _fill(piece, size) + end.encode())


def _coded(coding, piece, charset="utf-8", end=b""):
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n"
    return lambda size: _mail(head, _fill(piece, size) + end)


def _parted(piece, boundary="b", kind="mixed", begin=b""):
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n'
    return lambda size: _mail(head, begin + _fill(piece, size))


def _nested_mails(size):
    return _mail(
        "Content-Type: message/rfc822\n", _fill(b"Content-Type: message/rfc822\n\n", size) + b"Subject: in\n\nx"
    )


def _nested_parts(fill):
    def made(size):
        raw = b""
        for depth in range(300):
            raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (depth, depth)
        return _mail()[:-1] + raw + _fill(fill, size)

    return made


def _many_heads(size):
    piece = b"--b\n" + _fill(b"X-A: 1\n", 5000) + b"\nx\n"
    return _mail("Content-Type: multipart/mixed; boundary=b\n", _fill(piece, size))


def _many_boundaries(size):
    piece = b"--b\nContent-Type: multipart/mixed; boundary=" + b"c" * 400 + b"\n\n--" + b"c" * 400 + b"\n\nx\n"
    return _mail("Content-Type: multipart/mixed; boundary=b\n", _fill(piece, size))


def _utf16(size):
    return _mail("Content-Type: text/plain; charset=utf-16\n", ("> 旧\n" * (size // 8)).encode("utf-16"))


def _html_attributes(size):
    """One tag, and no attribute twice."""
    attributes = "".join(f"a{number:06}=1 " for number in range(size // 10))
    return _mail("Content-Type: text/html; charset=utf-8\n", f"<p {attributes}>x".encode())


def _base64_html(size):
    head = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
    return _mail(head, b64encode(b"<p>" + b" " * (size * 3 // 4)))


def _packed(fill):
    """One of Outlook's packs in base64, filled with a piece of it."""
    head = "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n"
    return lambda size: _mail(head, b64encode(b"\x78\x9f\x3e\x22\x00\x00" + _fill(fill, size * 3 // 4)))


def _calendar(begin, piece):
    return lambda size: _mail("Content-Type: text/calendar; charset=utf-8\n", begin + _fill(piece, size))


def _versions(plain, page):
    """Two versions of one text, half of the size each."""
    head = 'Content-Type: multipart/alternative; boundary="b"\n'
    parts = (b"--b\n\n", b"\n--b\nContent-Type: text/html\n\n")
    return lambda size: _mail(head, parts[0] + _fill(plain, size // 2) + parts[1] + _fill(page, size // 2))


def _letters_that_differ(size):
    return " ".join(f"{number:x}" for number in range(size // 12)).encode()


def _versions_that_differ(size):
    words = _letters_that_differ(size)
    return _mail(
        'Content-Type: multipart/alternative; boundary="b"\n',
        b"--b\n\n" + words + b"\n--b\nContent-Type: text/html\n\n<p>" + words[::-1].replace(b" ", b"<br>"),
    )


SHAPES = {
    "two versions of one word": _versions(b"a", b"a"),
    "two versions of short lines": _versions(b"a\n", b"<p>b"),
    "two versions of long lines": _versions(b"one two three\n", b"<p>three two one and four"),
    "two versions of words that all differ": _versions_that_differ,
    "quoted lines and a last word": _text(b"my words\n", b"> old\n", b"and a last word"),
    "quote marks alone": _text(b"", b">\n", b"x"),
    "quoted lines with gaps": _text(b"a\n", b"> old\n\n", b"x"),
    "blank lines": _text(b"", b"\n", b"x"),
    "blank lines of blanks": _text(b"", b"   \n", b"x"),
    "one line of blanks": _text(b"", b" ", b"x"),
    "one line of line starts": _text(b"", b"\r", b"x"),
    "one word": _text(b"", b"a"),
    "addresses in one line": _text(b"xxx<@a", b"@a"),
    "addresses in lines": _text(b"", b"<" + b"a@" * 400 + b"a>\n"),
    "angles in lines": _text(b"", b"<a@b" * 200 + b":\n"),
    "angles with names in lines": _text(b"", b"abc <a@b> wrote " * 50 + b":\n"),
    "lines in which somebody wrote": _text(b"", b"On 2 Mar 2026 10:00 my " + b"a." * 80 + b" <a@b.cn> wrote:\n"),
    "lines in which somebody wrote and an answer": _text(b"", b"On 2 Mar 2026 my " + b"a." * 80 + b" <a@b.cn> wrote:\n>\na\n"),
    "lines that end in a colon": _text(b"", b"a:\n"),
    "lines of dashes": _text(b"", b"-" * 990 + b"\n"),
    "lines of dashes and blanks": _text(b"", b"- " * 490 + b"-\n"),
    "lines of underscores": _text(b"", b"_" * 19 + b" \n"),
    "lines of blanks before dashes": _text(b"", b" " * 980 + b"--\n"),
    "on and on": _text(b"", b"on " * 300 + b":\n"),
    "from and from": _text(b"", b"from:\n"),
    "from with blanks": _text(b"", b"from" + b" " * 900 + b"\n"),
    "Chinese that wrote": _text(b"", "在在在在在在写道\n".encode()),
    "Chinese without a label": _text(b"", "电费比平时高".encode("gb18030")),
    "bytes of no charset": _text(b"", bytes(range(128, 256))),
    "message ids in the text": _text(b"", b"message-id: <\n"),
    "message ids and blank lines": _text(b"message-id:", b"\n", b"message-id:"),
    "links in the text": _text(b"", b"https://"),
    "a host of a megabyte": _text(b"https://", b"a."),
    "bare hosts": _text(b"", b"a-." * 5 + b"b "),
    "a bare host without an end": _text(b"", b"." + b"a" * 63),
    "bare hosts in Chinese": _text(b"", "请a.b.c.d.e.cn".encode()),
    "many hosts": _text(b"", b"https://a.b.c.d.e.f.g.h.i.j "),
    "escapes of ISO-2022": _coded("8bit", b"\x1b$B$\"\x1b(B", "iso-2022-jp"),
    "tildes of HZ": _coded("8bit", b"~{~}", "hz-gb-2312"),
    "runs of UTF-7": _coded("8bit", b"+2AA-", "utf-7"),
    "one run of UTF-7": _coded("8bit", b"+AAAA", "utf-7"),
    "UTF-16": _utf16,
    "quoted-printable without an end": _coded("quoted-printable", b"=\n"),
    "quoted-printable of signs": _coded("quoted-printable", b"="),
    "base64 of ends": _coded("base64", b"="),
    "base64 of no letters": _coded("base64", b"!"),
    "uuencode": _coded("x-uuencode", b"M\n"),
    "HTML blanks": _html("<p>a", " ", "<b>x"),
    "HTML blanks in base64": _base64_html,
    "HTML line ends": _html("<p>a", "\n ", "<b>x"),
    "HTML hard blanks": _html("<p>", "&nbsp;\n", "x"),
    "HTML paragraphs": _html("", "<p>"),
    "HTML deep blocks": _html("", "<div>", "x"),
    "HTML deep quotes": _html("", "<blockquote>a", "x"),
    "HTML deep tables": _html("", "<table><tr><td>", "x"),
    "HTML fonts that overlap": _html("", "<b><p></b>", "x"),
    "HTML anchors that overlap": _html("", "<a><font>", "x"),
    "HTML lists": _html("<ul>", "<li><ul>", "x"),
    "HTML attributes": _html("<p ", "a1 b2 c3 ", ">x"),
    "HTML attributes that all differ": _html_attributes,
    "HTML one attribute": _html('<p title="', "a", '">x'),
    "HTML comments": _html("", "<!--a-->", "x"),
    "HTML comments without an end": _html("", "<!--", "x"),
    "HTML entities": _html("", "&amp;&#x26;", "x"),
    "HTML entities without an end": _html("", "&am", "x"),
    "HTML angles": _html("", "<", "x"),
    "HTML ends only": _html("", "</p>", "x"),
    "HTML scripts": _html("", "<script>a</script>", "x"),
    "HTML breaks": _html("", "<br>", "x"),
    "encoded words": _field("Subject", "", "=?utf-8?q?a?= "),
    "encoded words without an end": _field("Subject", "", "=?utf-8?q?a"),
    "encoded words of question marks": _field("Subject", "=?utf-8?q?", "?"),
    "encoded words begun": _field("Subject", "", "=?"),
    "one encoded word": _field("Subject", "=?utf-8?b?", "YQ", "?="),
    "a folded subject": _field("Subject", "a", "\n a"),
    "a sender of brackets": _field("From", "", "("),
    "a sender of angles": _field("From", "", "<", "a@b.cn"),
    "a sender of quotes": _field("From", "", '"\\', "a@b.cn"),
    "a sender of commas": _field("From", "", "a@b,"),
    "a sender of names without a dot": _field("From", "", "a@b,", "c <d@e.cn>"),
    "a sender of marks and commas": _field("From", "", "a@b,("),
    "many recipients": _field("To", "", "a@b.cn,"),
    "a recipient without an end": _field("To", "", "a"),
    "references": _field("References", "", "<a@b>"),
    "references begun": _field("References", "", "<a"),
    "a date of digits": _field("Date", "", "9"),
    "a type of parameters": _field("Content-Type", "text/plain", "; a=b"),
    "a type of quotes": _field("Content-Type", 'text/plain; name="', '\\"'),
    "a type of semicolons": _field("Content-Type", "text/plain", ";"),
    "a charset of equal signs": _field("Content-Type", "text/plain; charset", "="),
    "a file name of brackets": _field("Content-Disposition", "attachment; filename=a", " (b"),
    "a file name of brackets and names": _field("Content-Disposition", "attachment", "; filename= (a)"),
    "a file name in pieces": _field("Content-Disposition", "attachment", "; filename*1*=a"),
    "many fields": lambda size: _mail(_fill("X-A: 1\n", size).decode(), b"x"),
    "many empty fields": lambda size: _mail(_fill("a:\n", size).decode(), b"x"),
    "no body": lambda size: _mail()[:-1] + _fill("b: c\n", size),
    "folds of nothing": lambda size: _mail("A: b\n" + _fill(" c\n", size).decode(), b"x"),
    "no head": lambda size: _fill("x", size),
    "empty parts": _parted(b"--b\n"),
    "parts without a head": _parted(b"--b\n\nx\n"),
    "parts without a body": _parted(b"--b\nA: b\n"),
    "almost boundaries": _parted(b"--bx\n"),
    "boundaries in a line": _parted(b"--b"),
    "boundaries with blanks": _parted(b"--b  x\n"),
    "a digest": _parted(b"--b\n\nSubject: a\n\nx\n", kind="digest"),
    "a report": _parted(b"--b\nContent-Type: message/delivery-status\n\nA: b\n\n", kind="report"),
    "heads in many parts": _many_heads,
    "boundaries in many parts": _many_boundaries,
    "mails in mails": _nested_mails,
    "parts in parts, blank lines": _nested_parts(b"\n"),
    "parts in parts, almost boundaries": _nested_parts(b"--bx\n"),
    "parts without their boundary": lambda size: _mail("Content-Type: multipart/mixed\n", _fill(b"--b\n", size)),
    "what could be a boundary": _parted(b"--" + b"x \t" * 60 + b"\n"),
    "an empty pack": _packed(bytes(11)),
    "a pack of files": _packed(bytes([2, 2, 144, 6, 0, 0, 0, 0, 0, 0, 0])),
    "a pack of properties": _packed(bytes([1, 3, 144, 6, 0, 8, 0, 0, 0, 255, 255, 255, 255, 2, 0, 3, 0, 0, 0])),
    "a calendar of appointments": _calendar(b"", b"BEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n"),
    "a calendar of folds": _calendar(b"BEGIN:VEVENT\nSUMMARY:a", b"\n a"),
    "a calendar of parameters": _calendar(b"BEGIN:VEVENT\n", b";A=\"\""),
    "a sender of encoded words": _field("From", "", "=?utf-8?q?a?= ", "<a@b.cn>"),
    "a sender of brackets and commas": _field("From", "", "(,"),
    "a sender of opened angles": _field("From", "", "<a,"),
    "bounced addresses": _text(b"", b"a@b.cn\n"),
    "report of recipients": _parted(b"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.cn\n"),
    "HTML links": _html("", '<a href="http://a.cn">x</a>'),
    "HTML links without an end": _html("", '<a href="http://a.cn">x'),
    "HTML one link over all": _html('<a href="http://a.cn">', "<b>x</b>"),
    "HTML quotation marks": _html("", '<p "'),
    "HTML styles": _html("", '<p style="white-space: pre">a'),
    "HTML preformatted": _html("<pre>", "a \n"),
    "HTML pictures": _html("", '<img src="data:image/png;base64,AAAA">'),
    "HTML one picture": _html('<img src="data:image/png;base64,', "AAAA", '">'),
    "HTML raw text": _html("", "<style>"),
    "HTML comments without an end and an angle": _html("", "<!--", ">x"),
    "HTML raw text and an angle": _html("", "<style>a", "</p>"),
    "HTML raw text in itself": _html("", "<title><style>"),
    "HTML numbers": _html("", "&#9999999999;"),
    "Big5 without a label": _text(b"", "電費比平時高".encode("big5")),
    "Japanese without a label": _text(b"", "電気の料金".encode("shift_jis")),
    "Cyrillic without a label": _text(b"", "счёт за март ".encode("koi8-r")),
    "a parameter for a boundary of a megabyte": _field("Content-Type", "multipart/mixed; boundary=", "b"),
}  # fmt: skip
