"""What somebody wrote in a mail, without its HTML and without what it quotes.

Every step takes time in proportion to the text: no pattern meets a line of more than 1,000 letters, none tries the same
letters twice, and where the quoted end begins is found once, from the back.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from lxml import etree, html

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
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        said = "".join(_pieces(html.document_fromstring(source.encode("utf-8"), parser=parser)))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        said = ""
    last = parser.error_log.last_error
    if said.strip() or last is None or last.type_name != "ERR_RESOURCE_LIMIT":
        return said
    return unescape(TAG.sub(" ", HTML_BLANKS.sub(" ", source)))  # deeper than the parser goes: without its tags


def _pieces(root: html.HtmlElement) -> Iterator[str]:
    """Without calling itself: a page may be as deep as it is long. `marks`: the quotes around the place."""
    marks = [""]
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in islice(walk, MOST_NODES):
        is_element = event in ("start", "end")
        if event == "start":
            yield from _opened(node, marks)
            if node.tag in SILENT:
                walk.skip_subtree()
            elif node.text:
                yield HTML_BLANKS.sub(" ", node.text)
        elif is_element:
            yield from _closed(node, marks)
        if event != "start" and node.tail and node is not root:
            yield HTML_BLANKS.sub(" ", node.tail)


def _opened(node: html.HtmlElement, marks: list[str]) -> Iterator[str]:
    if node.tag == "blockquote":
        marks.append("> " * min(len(marks), 3))
    if node.tag in BLOCKS:
        yield "\n" + marks[-1]


def _closed(node: html.HtmlElement, marks: list[str]) -> Iterator[str]:
    if node.tag == "blockquote":
        marks.pop()
    if node.tag in BLOCKS and node.tag != "br":
        yield "\n" + marks[-1]


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
