"""What somebody wrote in a mail, without its HTML and without what it quotes."""

import re
from collections.abc import Iterator

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
DEEPEST = 500
BLANKS = re.compile(r"[ \t\xa0\u3000]+")
GAPS = re.compile(r"\n{3,}")
# Where mail programs begin what they quote, in the languages of our customers.
QUOTE_BEGINS = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht"
    r"|原始邮件|转发邮件信息|回复的原邮件)\s*-{2,}"
    r"|-{8,}\s*原始邮件\s*-{8,}"
    r"|on .{5,120} wrote:"
    r"|在\s?.{5,80}(?:写道|寫道)[：:]"
    r"|于\s?.{5,80}写道[：:]"
    r"|.{3,80}[<＜][^<>\s]+@[^<>\s]+[>＞].{0,40}(?:写道|寫道|wrote)[：:]"
    r"|_{20,}"
    r")\s*$",
    re.IGNORECASE,
)
HEADER_BLOCK = re.compile(r"^\s*(?:from|发件人|寄件者|von)\s*[：:]", re.IGNORECASE)
HEADER_MORE = re.compile(
    r"^\s*(?:sent|to|date|subject|发送时间|收件人|日期|主题|時間|收件者|主旨)\s*[：:]", re.IGNORECASE
)


def text_of_html(source: str) -> str:
    """The words as lines; quotes with "> " before them; nothing that could run, no matter what it pretends to be."""
    source = source.replace("\x00", "")
    if not source.strip():
        return ""
    try:
        root = html.document_fromstring(
            source.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    lines = "".join(_pieces(root, 0, 0)).split("\n")
    return GAPS.sub("\n\n", "\n".join(BLANKS.sub(" ", line).strip() for line in lines)).strip()


def _pieces(node: html.HtmlElement, quoted: int, depth: int) -> Iterator[str]:
    if not isinstance(node.tag, str) or node.tag in SILENT or depth > DEEPEST:
        return
    quoted += node.tag == "blockquote"
    is_block = node.tag in BLOCKS
    mark = "> " * min(quoted, 3)
    if is_block:
        yield "\n" + mark
    if node.text:
        yield _line(node.text, mark)
    for child in node:
        yield from _pieces(child, quoted, depth + 1)
        if child.tail:
            yield _line(child.tail, mark)
    if is_block and node.tag != "br":
        yield "\n" + ("> " * min(quoted - (node.tag == "blockquote"), 3))


def _line(text: str, mark: str) -> str:
    """HTML's line breaks are blanks."""
    return re.sub(r"\s*\n\s*", " ", text)


def split_quote(text: str) -> tuple[str, str]:
    """What is new, and what is quoted from before: everything from the first line that begins a quote. A mail that only
    quotes is all new: somebody forwarded it.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = next((n for n in range(len(lines)) if _begins(lines, n)), len(lines))
    new, quoted = "\n".join(lines[:place]).strip(), "\n".join(lines[place:]).strip()
    return (new, quoted) if new else (text.strip(), "")


def _begins(lines: list[str], n: int) -> bool:
    line = lines[n]
    if QUOTE_BEGINS.match(line) or (QUOTE_BEGINS.match(" ".join(lines[n : n + 2]).strip()) and line.strip()):
        return True
    if HEADER_BLOCK.match(line) and any(HEADER_MORE.match(other) for other in lines[n + 1 : n + 4]):
        return True
    # A quote at the end; an answer between quoted lines is new all the way down.
    return line.startswith(">") and all(not other.strip() or other.startswith(">") for other in lines[n:])
