"""A mail taken apart, from the outside in: every level is searched once for its boundary, however deep and broken."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import islice

from ruoshui.channels.mail.heads import COMMENT, Head, base64_bytes, split_head

MOST_PARTS, DEEPEST, LONGEST_BOUNDARY = 200, 12, 500
CODED = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]")
LOOKED_AT, MOST_FOREIGN, LONGEST_WORDS = 400, 0.05, 20  # bytes, of them, letters in the mean
BLANK_LINE = re.compile(rb"\r?\n[ \t]{0,9}\r?\n")
MAILS = ("message/rfc822", "message/global", "message/news")
HEADS_ONLY = ("text/rfc822-headers", "message/global-headers")
# A line of dashes with a field of a part's head below it.
LIKE_A_BOUNDARY = re.compile(rb"\n--([^\r\n]{1,200}?)[ \t]{0,9}\r?\n(?=content-[a-z-]{1,30}:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that holds no others. A mail within a mail is one.

    `choice`: the number of the multipart/alternative around it, 0 outside of any; `branch`: which of its versions.
    """

    head: Head
    kind: str
    body: bytes
    choice: int = 0
    branch: int = 0

    def content(self) -> bytes:
        """The body as it was before it was made fit for travelling."""
        if self.kind.startswith("text/") and coding_of(self.head) == "base64" and _is_plain(self.body):
            return self.body
        return uncoded(self.head, self.body)


def coding_of(head: Head) -> str:
    return COMMENT.sub("", head.first("Content-Transfer-Encoding")).strip(" \t\r\n\"'").lower()


def uncoded(head: Head, body: bytes) -> bytes:
    coding = coding_of(head)
    if coding == "quoted-printable":
        return quopri.decodestring(body)
    if coding == "base64":
        return base64_bytes(body)
    if coding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _unpacked(body)
    return body


def _is_plain(body: bytes) -> bool:
    """Words that are only called coded: many of their letters are none of that alphabet, or they are as short as words.
    Odd line ends, blanks and marks of mail servers come into what is coded, too.
    """
    begin = body[: 2 * LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()[:LOOKED_AT]
    if CODED.fullmatch(begin.partition(b"\n")[0].strip()):
        return False
    words = BLANK_LINE.split(begin, maxsplit=1)[0].replace(b"!", b" ").split()
    letters = b"".join(words)
    is_short = len(words) > 1 and len(letters) / len(words) < LONGEST_WORDS
    return is_short or len(FOREIGN.findall(letters)) > MOST_FOREIGN * len(letters)


def leaves(head: Head, body: bytes) -> Iterator[Leaf]:
    """In their order, at most 200. One that should hold others and holds none comes as it is."""
    stack: list[tuple[Head, bytes, str, int, int, int]] = [(head, body, "text/plain", 0, 0, 0)]
    count = 0
    while stack and count < MOST_PARTS:
        head, body, default, depth, choice, branch = stack.pop()
        count += 1
        kind = head.kind(default)
        inner = list(_inner(head, body)) if kind.startswith("multipart/") and depth < DEEPEST else []
        if not inner and kind.startswith("multipart/") and depth < DEEPEST and coding_of(head):
            inner = list(_inner(head, uncoded(head, body)))  # what should not be coded, and is
        if not inner:
            yield Leaf(head, kind, body, choice, branch)
        default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        is_choice = kind == "multipart/alternative" and not choice
        places = [(count, n) if is_choice else (choice, branch) for n in range(len(inner))]
        stack += [
            (*split_head(one), default, depth + 1, *place)
            for one, place in zip(reversed(inner), reversed(places), strict=True)
        ]


def _inner(head: Head, body: bytes) -> Iterator[bytes]:
    """What stands between the boundaries; nothing when they are not there."""
    source = b"\n" + body
    boundary = (head.parameter("Content-Type", "boundary") or "").rstrip().encode("utf-8", "surrogateescape")
    lines = _lines_named(boundary, source)
    if lines is None:  # none is named, or another: the first line that could be one
        found = LIKE_A_BOUNDARY.search(source)
        if found is None:
            return
        lines = _lines_of(found.group(1))
    begin = None
    for found in islice(lines.finditer(source), MOST_PARTS + 1):
        if begin is not None:
            yield _between(source, begin, found.start())
        begin = None if found.group(1) else found.end()
        if begin is None:
            return
    if begin is not None:
        yield _between(source, begin, len(source))


def _lines_named(boundary: bytes, source: bytes) -> re.Pattern[bytes] | None:
    """Of the boundary as it is named, or as programs spoil it: folded within, in other quotation marks, in capitals."""
    spellings = dict.fromkeys((boundary, b"".join(boundary.split()), boundary.strip(b"'")))
    for one in spellings:
        if 0 < len(one) <= LONGEST_BOUNDARY and (lines := _lines_of(one)).search(source):
            return lines
    if 0 < len(boundary) <= LONGEST_BOUNDARY and b"\n--" + boundary.lower() in source.lower():
        lines = re.compile(_lines_of(boundary).pattern, re.IGNORECASE)
        return lines if lines.search(source) else None
    return None


def _lines_of(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?(?:\n|\Z))")


def _between(source: bytes, begin: int, end: int) -> bytes:
    """Without the line ends that belong to the boundaries."""
    begin += 2 if source.startswith(b"\r\n", begin) else 1
    return source[begin : end - 1 if source[end - 1 : end] == b"\r" and end > begin else end] if end > begin else b""


def _unpacked(body: bytes) -> bytes:
    message = Message()
    message["Content-Transfer-Encoding"] = "x-uuencode"
    message.set_payload(body.decode("ascii", "surrogateescape"))
    try:
        content = message.get_payload(decode=True)
    except Exception:  # the standard library fails at odd ones in many ways
        return body
    return content if isinstance(content, bytes) else body
