"""What somebody wrote in a mail, without its HTML and without what it quotes.

Every step takes time in proportion to the text: no pattern meets a line of more than 1,000 letters, none tries the same
letters twice, and where the quoted end begins is found once, from the back.
"""

import re
from contextlib import suppress
from html import unescape

from lxml import etree

BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "ul",
    "ol",
    "blockquote",
    "pre",
    "hr",
}
SILENT = {"script", "style", "head", "title", "meta", "link", "object", "template"}
LONGEST_LINE, MOST_NODES = 1000, 100_000
BLANKS = re.compile(r"[ \t\xa0\u3000]+")
HTML_BLANKS = re.compile(r"[ \t\r\n\f]+")
TAG = re.compile(r"<[^<>]*>")
GAPS = re.compile(r"\n{3,}")
# Where mail programs begin what they quote, in the languages of our customers: a whole line without blanks around it.
QUOTE_BEGINS = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|原始邮件|转发邮件信息|回复的原邮件)\s*-{2,}"
    r"|on .{5,120} wrote:"
    r"|在\s?.{5,80}(?:写道|寫道)[：:]"
    r"|于\s?.{5,80}写道[：:]"
    r"|.{3,80}[<＜][^<>\s@]+@[^<>\s@]+[>＞].{0,40}(?:写道|寫道|wrote)[：:]"
    r"|_{20,}",
    re.IGNORECASE,
)
HEADER_BLOCK = re.compile(r"(?:from|发件人|寄件者|von)\s*[：:]", re.IGNORECASE)
HEADER_MORE = re.compile(r"(?:sent|to|date|subject|发送时间|收件人|日期|主题|時間|收件者|主旨)\s*[：:]", re.IGNORECASE)
# How such lines begin and end: one letter tells most others apart before any pattern is asked.
QUOTE_ENDS, HEADER_STARTS = frozenset("-_:："), frozenset("fF发寄vV")


def text_of_html(source: str) -> str:
    """The words as lines; quotes with "> " before them; nothing that could run, no matter what it pretends to be."""
    if not source.strip():
        return ""
    lines = _said(source).split("\n")
    return GAPS.sub("\n\n", "\n".join(BLANKS.sub(" ", line).strip() for line in lines)).strip()


def _said(source: str) -> str:
    said = _Said()
    # Told of one tag after the other. A tree would be built first, and one tag with 40,000 attributes takes it 10 s.
    parser = etree.HTMLParser(target=said, encoding="utf-8", huge_tree=False)
    with suppress(_Enough, etree.ParserError, etree.XMLSyntaxError, ValueError):
        etree.fromstring(source.encode("utf-8"), parser)
    last = parser.error_log.last_error
    if said.words().strip() or last is None or last.type_name != "ERR_RESOURCE_LIMIT":
        return said.words()
    return unescape(TAG.sub(" ", HTML_BLANKS.sub(" ", source)))  # deeper than the parser goes: without its tags


class _Enough(Exception): ...


class _Said:
    """What the parser tells, as lines. `marks`: the quotes around the place; `silent`: the tags that hide it."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._marks = [""]
        self._silent: list[str] = []
        self._left = MOST_NODES

    def words(self) -> str:
        return "".join(self._pieces)

    def start(self, tag: str, _attributes: object) -> None:
        self._count()
        if tag in SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag == "blockquote":
            self._marks.append("> " * min(len(self._marks), 3))
        if tag in BLOCKS:
            self._pieces.append("\n" + self._marks[-1])

    def end(self, tag: str) -> None:
        self._count()
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag == "blockquote" and len(self._marks) > 1:
            self._marks.pop()
        if tag in BLOCKS and tag != "br":
            self._pieces.append("\n" + self._marks[-1])

    def data(self, text: str) -> None:
        if not self._silent:
            self._pieces.append(HTML_BLANKS.sub(" ", text))

    def comment(self, _text: str) -> None:
        self._count()

    def close(self) -> str:
        return self.words()

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _Enough


def split_quote(text: str) -> tuple[str, str]:
    """What is new, and what is quoted from before: everything from the first line that begins a quote. A mail that only
    quotes is all new: somebody forwarded it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # As patterns see them: without blanks around, and nothing where the line is too long for any.
    plain = [line.strip() if len(line) <= LONGEST_LINE else "" for line in lines]
    tail = _quoted_end(lines)
    place = next((n for n in range(tail) if _begins(plain, n)), tail)
    new, quoted = "\n".join(lines[:place]).strip(), "\n".join(lines[place:]).strip()
    return (new, quoted) if new else (text.strip(), "")


def _quoted_end(lines: list[str]) -> int:
    """Where the quote at the end begins. An answer between quoted lines is new all the way down."""
    begin = len(lines)
    for n in range(len(lines) - 1, -1, -1):
        if lines[n].startswith(">"):
            begin = n
        elif lines[n].strip():
            break
    return begin


def _begins(plain: list[str], n: int) -> bool:
    line = plain[n]
    if not line:
        return False
    after = plain[n + 1] if n + 1 < len(plain) else ""
    if line[-1] in QUOTE_ENDS and QUOTE_BEGINS.fullmatch(line):
        return True
    if after and after[-1] in QUOTE_ENDS and QUOTE_BEGINS.fullmatch(f"{line} {after}"[:LONGEST_LINE]):
        return True
    if line[0] not in HEADER_STARTS or not HEADER_BLOCK.match(line):
        return False
    return any(HEADER_MORE.match(other) for other in plain[n + 1 : n + 4])
