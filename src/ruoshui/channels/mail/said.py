"""What the parts of a mail hold: its words in their order, its files, and what can be neither read nor shown.

Of several versions of one text, one is taken; whatever else may be read is, also what stands behind a file or a footer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruoshui.channels.mail.calendars import appointments_in
from ruoshui.channels.mail.charsets import cut, text_in
from ruoshui.channels.mail.heads import Head, base64_bytes, ids_in, split_head
from ruoshui.channels.mail.parts import HEADS_ONLY, MAILS, MOST_PARTS, Leaf, leaves
from ruoshui.channels.mail.rtf import words_of_rtf
from ruoshui.channels.mail.tnef import SIGNATURE, unpacked_tnef
from ruoshui.channels.mail.versions import Text, best_of, letters_of
from ruoshui.channels.mail.words import hosts_in, read_html
from ruoshui.core.file_kinds import UNKNOWN

MOST_TEXT, MOST_HTML, MOST_HOSTS = 400_000, 4_000_000, 1000  # bytes, bytes, hosts
MOST_REFERENCES, MOST_PICTURES, LONGEST_NAME = 200, 20, 160
ID_LINE = re.compile(r"(?im)^message-id:[ \t]*<([^<>\s]{1,250})>")
RECIPIENT = re.compile(
    r"(?im)^(?:final|original)-recipient:[ \t]*(?:[a-z0-9]{1,20};)?[ \t]*<?([^\s<>@]{1,200}@[^\s<>]{1,253})"
)
ACTION = re.compile(r"(?im)^action:[ \t]*([a-z]{1,20})")
REPORTED_ID = re.compile(r"(?im)^original-message-id:[ \t]*<([^<>\s]{1,250})>")
REPORTS = ("message/delivery-status", "message/disposition-notification", "message/feedback-report")
SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted", "application/pgp-encrypted")
# A picture written into the page itself; what is shown of it is nothing.
PICTURE = re.compile(rb"data:image/([a-z+.-]{1,20});base64,([A-Za-z0-9+/=\s%]*)", re.IGNORECASE)
META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
ALIKE = 60  # letters


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a mail. `is_inline`: a picture that the text shows."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    is_inline: bool = False


@dataclass(slots=True)
class MailContents:
    """`left_out`: codes of what was too much or closed; `kinds`: the types of all parts; `failed`: whom a mail did not
    reach, `actions`: what became of it (RFC 3464).
    """

    texts: list[Text] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    appointments: list[Text] = field(default_factory=list)

    def leave_out(self, code: str) -> None:
        if code not in self.left_out:
            self.left_out.append(code)


def found_in(head: Head, body: bytes) -> MailContents:
    """A mail within a mail is a file."""
    found, held = MailContents(), []
    number = 0
    for leaf in leaves(head, body):
        number += 1
        found.kinds.add(leaf.kind)
        if not _take(found, leaf, is_whole=number == 1 and leaf.body is body):
            held.append(leaf)
    if number >= MOST_PARTS:
        found.leave_out("parts")
    if not any(text.words.strip() for text in found.texts):
        for leaf in held[:1]:  # a mail that says everything in a text file says it
            _say(found, leaf, leaf.content())
    return found


def words_of(found: MailContents) -> str:
    """All that was said, in order."""
    chosen = [*_chosen(found.texts), *found.appointments]
    text = "\n\n".join(words for words in _once(chosen) if words).strip()
    if len(text) > MOST_TEXT:
        found.leave_out("text")
    return text[:MOST_TEXT].rstrip()


def _chosen(texts: list[Text]) -> Iterator[Text]:
    """Of each set of versions one: the plain one, unless it says nothing of what the others say."""
    seen: set[int] = set()
    for text in texts:
        if not text.choice:
            yield text
        elif text.choice not in seen:
            seen.add(text.choice)
            yield from best_of([one for one in texts if one.choice == text.choice])


def _once(texts: list[Text]) -> Iterator[str]:
    """Side by side, one in HTML and one plain, with the same words: once."""
    last, last_letters = None, ""
    for text in texts:
        letters = letters_of(text.words)
        if last is not None and last.is_html != text.is_html and letters and letters in last_letters:
            continue
        last, last_letters = text, letters
        yield text.words.strip()


def _take(found: MailContents, leaf: Leaf, *, is_whole: bool) -> bool:
    """False: a text in a file, whose words nobody has shown."""
    kind, name, content = leaf.kind, _filename(leaf.head), leaf.content()
    is_attached = leaf.head.first("Content-Disposition").strip().lower().startswith("attachment")
    if kind in SEALED:
        found.leave_out("sealed")
    if kind in (*MAILS, *HEADS_ONLY):
        found.returned += _ids_of_a_mail(content)
    if content.startswith(SIGNATURE):
        return _unpack(found, leaf, name or "winmail.dat", content)
    if kind == "text/calendar" or name.lower().endswith(".ics"):
        _tell_appointments(found, leaf, content)
    if kind in REPORTS:
        told = text_in(cut(content, MOST_TEXT))
        found.failed += [address.lower() for address in RECIPIENT.findall(told)[:MOST_REFERENCES]]
        found.actions += [action.lower() for action in ACTION.findall(told)[:MOST_REFERENCES]]
        found.returned += REPORTED_ID.findall(told)[:MOST_REFERENCES]
    is_text = _is_words(kind) or (kind.startswith("multipart/") and b"\x00" not in content[:4096])
    is_first = not any(text.words.strip() for text in found.texts)
    if is_text and not is_attached and (not name or is_first):
        _say(found, leaf, content)
        if not name or is_whole:
            return True
    if kind in MAILS:
        found.parts.append(Part(name or "message.eml", kind, content))
    elif (content or name) and kind not in REPORTS and (kind not in HEADS_ONLY or name):
        is_inline = bool(leaf.head.first("Content-ID")) and kind.startswith("image/")
        found.parts.append(Part(name or _named_by(kind, len(found.parts)), kind, content, is_inline))
        is_odd_text = kind.startswith("text/") and kind != "text/calendar" and not is_text and not name
        return not (is_text and is_attached) and not is_odd_text
    return True


def _unpack(found: MailContents, leaf: Leaf, name: str, content: bytes) -> bool:
    """What Outlook has packed; where that is nothing, the pack itself."""
    inside = unpacked_tnef(content)
    words = inside.text or words_of_rtf(inside.rtf)
    if inside.html and not words:
        words, hosts, _is_cut = read_html(text_in(inside.html[:MOST_HTML]))
        found.hosts += hosts
    found.hosts += hosts_in(words)
    if words.strip() and not _all_letters(found):
        found.texts.append(Text(words[:MOST_TEXT], False, leaf.choice, leaf.branch))
    found.parts += [Part(short_name(" ".join(one.split())), UNKNOWN, data) for one, data in inside.files]
    is_said = letters_of(words)[:ALIKE] in _all_letters(found)
    if not inside.is_whole or not (inside.files or words.strip()) or not is_said:
        found.parts.append(Part(name, leaf.kind, content))
    return True


def _all_letters(found: MailContents) -> str:
    return "".join(letters_of(text.words[:20_000]) for text in found.texts)


def _tell_appointments(found: MailContents, leaf: Leaf, content: bytes) -> None:
    """Once, though it mostly comes twice: as a version of the words and as a file."""
    label = leaf.head.parameter("Content-Type", "charset") or "utf-8"
    told = text_in(cut(content, MOST_TEXT, label), label)
    words = "\n".join(appointments_in(told))
    if words and words not in [text.words for text in found.appointments]:
        found.appointments.append(Text(words, False, 0, 0))


def _is_words(kind: str) -> bool:
    return kind in ("text/plain", "text/html", "text/enriched", "text/markdown", "text/richtext", "text/x-plain")


def _say(found: MailContents, leaf: Leaf, content: bytes) -> None:
    is_html = leaf.kind in ("text/html", "text/enriched", "text/richtext")
    content = _without_pictures(found, content) if is_html else content
    most = MOST_HTML if is_html else MOST_TEXT
    if len(content) > most:
        found.leave_out("text")
    label = leaf.head.parameter("Content-Type", "charset") or ""
    if is_html and not label and (named := META.search(content[:4096])):
        label = named.group(1).decode("ascii")
    words = text_in(cut(content, most, label), label)
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    if is_html:
        words, hosts, is_cut = read_html(words)
        found.hosts += hosts
        if is_cut:
            found.leave_out("text")
    else:
        found.hosts += hosts_in(words)
    found.texts.append(Text(words.strip("\n"), is_html, leaf.choice, leaf.branch))


def _without_pictures(found: MailContents, content: bytes) -> bytes:
    if b"data:" not in content:
        return content
    for kind, letters in PICTURE.findall(content)[:MOST_PICTURES]:
        if (picture := base64_bytes(letters)) and len(picture) > 500:  # not the dots that count readers
            name = f"picture-{len(found.parts) + 1}.{kind.decode().lower().replace('jpeg', 'jpg')}"
            found.parts.append(Part(name, f"image/{kind.decode().lower()}", picture, is_inline=True))
    return PICTURE.sub(b"data:", content)


def _ids_of_a_mail(content: bytes) -> list[str]:
    head, _body = split_head(content)
    return ids_in(head, "Message-ID") or ID_LINE.findall(text_in(cut(content, MOST_TEXT)))[:MOST_REFERENCES]


def _filename(head: Head) -> str:
    name = head.parameter("Content-Disposition", "filename") or head.parameter("Content-Type", "name") or ""
    return short_name(" ".join(name.split()))


def short_name(name: str) -> str:
    """Cut before its ending."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not stem or len(ending) > 10:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - 1 - len(ending)] + dot + ending


def _named_by(kind: str, place: int) -> str:
    suffix = {"image/jpeg": "jpg", "text/calendar": "ics", "application/pdf": "pdf"}.get(kind, kind.rpartition("/")[2])
    return f"part-{place + 1}.{re.sub(r'[^a-z0-9]', '', suffix)[:10] or 'bin'}"
