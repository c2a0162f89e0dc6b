"""The words of an HTML page as lines, and where its links lead.

Tags are found one after the other, no tree is built: no page is too deep or too odd, and each letter is looked at once.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import takewhile
from urllib.parse import unquote

_BLOCKS = (
    "p div br tr li h1 h2 h3 h4 h5 h6 table ul ol dl dt dd pre hr blockquote section article header footer address "
    "center form fieldset caption figure figcaption option"
)
BLOCKS = frozenset(_BLOCKS.split())
CELLS = frozenset(("td", "th"))
RAW = frozenset(("script", "style", "title", "xml", "svg"))
RAW_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in RAW}
PAST, MOST_QUOTES, MOST_NODES = "\x00", 3, 400_000
BLANKS = re.compile(r"[ \t\xa0\u3000]+")
HTML_BLANKS = re.compile(r"[ \t\r\n\f]+")
GAPS = re.compile(r"\n{3,}")
TAG = re.compile(r"<(?:(/?)([A-Za-z][^\s/<>]{0,40})|[!?])")
# Up to its end, but not to one in quotation marks. Atomic: no letter is tried twice.
REST = re.compile(r"(?>(?:[^\"'>]+|\"[^\"]*\"|'[^']*')*+)>")
ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"]{0,4000})|'([^']{0,4000})|([^\s\"'>]{1,4000}))")
LONG_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")
PRESERVED = re.compile(r"white-space\s{0,9}:\s{0,9}pre", re.IGNORECASE)
HOST = re.compile(r"(?:https?:)?[/\\]{2,}([^/\\?#]{1,300})|www\.([^/\\?#\s]{1,300})", re.IGNORECASE)
IN_TEXT = re.compile(
    r"(?:https?:[/\\]{2}|(?<![A-Za-z0-9])www\.)[^\s<>\"'()（）【】「」《》，。；、]{1,600}", re.IGNORECASE
)
# Many programs make a link of a bare name, also in the midst of Chinese; that of a mail address is none.
BARE = re.compile(
    r"(?<![A-Za-z0-9@-])(?<![A-Za-z0-9]\.)(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9@-]|\.[A-Za-z0-9])"
)
MOST_HOSTS = 1000


def text_of_html(source: str) -> str:
    """The words as lines; quotes with "> " before them; nothing that could run, no matter what it pretends to be."""
    return read_html(source)[0]


def read_html(source: str) -> tuple[str, list[str], bool]:
    """The words, the hosts that it links to, and whether it has more tags than are read."""
    said = _Said()
    _tell(source, said)
    said.end_link()
    lines = "".join(said.pieces).split("\n")
    plain = "\n".join(BLANKS.sub(" ", line).strip(" ") for line in lines).replace(PAST, " ")
    text = GAPS.sub("\n\n", plain).strip("\n")
    return text, list(dict.fromkeys((*said.hosts, *hosts_in(text)))), said.is_cut


def hosts_in(text: str) -> list[str]:
    """Of the addresses in a plain text."""
    bare = [host.lower() for host in BARE.findall(text)[:MOST_HOSTS]]
    return [host for found in IN_TEXT.findall(text)[:MOST_HOSTS] if (host := host_of(found))] + bare


def hosts_within(value: str) -> list[str]:
    """Of an attribute that leads somewhere: itself, and what it hands on."""
    if "//" not in value and "\\" not in value and "%2" not in value and "www." not in value:
        return []
    plain = unquote(value)
    inner = plain.find("http", 1)  # an address within an address
    found = [*IN_TEXT.findall(plain)[:20], *(IN_TEXT.findall(plain[inner:])[:20] if inner > 0 else ())]
    return list(filter(None, map(host_of, (value, *found))))


def hosts_in_page(source: str) -> list[str]:
    """Of a piece that is not shown."""
    return [host for found in IN_TEXT.findall(source)[:MOST_HOSTS] if (host := host_of(found))]


def host_of(address: str) -> str:
    """Where a browser would go: without a user before it, a port behind it, blanks within; in letters of ASCII."""
    plain = "".join(address.split())
    found = HOST.match(plain)
    if not found:
        return ""
    said = found.group(1) or f"www.{found.group(2)}"
    said = unquote(said).rpartition("@")[2].partition(":")[0]
    host = "".join(takewhile(lambda sign: sign.isalnum() or sign in ".-_。．｡", said)).strip(".").lower()
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _tell(source: str, said: "_Said") -> None:
    place, is_broken, last = 0, False, source.rfind(">")
    endless: set[str] = set()  # what has no end from here on, so that it is looked for once
    for _node in range(MOST_NODES):
        found = TAG.search(source, place)
        said.words(source[place : found.start() if found else len(source)])
        if found is None:
            return
        if found.start() > last:  # what begins like a tag and is none
            said.words(source[found.start() :])
            return
        if not found.group(2):
            place = _past_comment(source, found.start(), endless)
            continue
        rest = None if is_broken else REST.match(source, found.end())
        is_broken = is_broken or rest is None  # a quotation mark without its other: from here on any end will do
        place = rest.end() if rest else _past(source, ">", found.end())
        name, inside = found.group(2).lower(), source[found.end() : min(place, found.end() + 8000)]
        if found.group(1):
            said.end(name)
        elif name in RAW:
            begin, place = place, _past_raw(source, name, place, endless)
            said.hosts += hosts_in_page(source[begin:place]) if name in ("svg", "xml", "style") else []
        else:
            said.start(name, inside)
    said.is_cut = True


def _past(source: str, mark: str, place: int) -> int:
    found = source.find(mark, place)
    return found + len(mark) if found >= 0 else len(source)


def _past_comment(source: str, place: int, endless: set[str]) -> int:
    if not source.startswith("<!--", place):
        return _past(source, ">", place)
    end = -1 if "--" in endless else source.find("-->", place + 2)
    if end < 0:  # what follows is read, and nobody looks for its end again
        endless.add("--")
        return place + 4
    return end + 3


def _past_raw(source: str, name: str, place: int, endless: set[str]) -> int:
    """Behind what no reader sees; without an end, it is seen."""
    found = None if name in endless else RAW_ENDS[name].search(source, place)
    if found is None:
        endless.add(name)
        return place
    return _past(source, ">", found.end())


@dataclass(slots=True)
class _Said:
    """What the tags tell. `open`: those that matter until they end: what they are, what they do."""

    pieces: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    quotes: int = 0
    preserved: int = 0
    link: str = ""
    link_from: int = 0
    is_cut: bool = False

    def words(self, source: str) -> None:
        if not source:
            return
        text = unescape(LONG_NUMBER.sub("\ufffd", source)).replace(PAST, "")
        if not self.preserved:
            self.pieces.append(HTML_BLANKS.sub(" ", text))
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").replace(" ", PAST)
        self.pieces.append(text.replace("\n", "\n" + self._mark()))

    def start(self, name: str, inside: str) -> None:
        about = dict(_attributes(inside)) if inside.strip("/ >") else {}
        effect = ""
        if name == "blockquote":
            self.quotes += 1
            effect = "quote"
        elif name in ("pre", "textarea") or PRESERVED.search(about.get("style", "")):
            self.preserved += 1
            effect = "preserve"
        if effect or name in self.counts:
            self.open.append((name, effect))
            self.counts[name] = self.counts.get(name, 0) + 1
        self._apart(name)
        if about or name == "a":
            self._linked(name, about)

    def end(self, name: str) -> None:
        if name == "a":
            self.end_link()
        while self.counts.get(name):
            ended, effect = self.open.pop()
            self.counts[ended] -= 1
            if not self.counts[ended]:
                del self.counts[ended]
            self.quotes -= effect == "quote"
            self.preserved -= effect == "preserve"
            if ended == name:
                break
        if name != "br":
            self._apart(name)

    def _apart(self, name: str) -> None:
        if name in BLOCKS:
            self.pieces.append("\n" + self._mark())
        elif name in CELLS:
            self.pieces.append(" ")

    def _mark(self) -> str:
        return "> " * min(self.quotes, MOST_QUOTES) if self.quotes else ""

    def _linked(self, name: str, about: dict[str, str]) -> None:
        address = about.get("href") or about.get("action") or about.get("src") or ""
        host = host_of(address)
        if len(self.hosts) < MOST_HOSTS:
            self.hosts += [one for value in about.values() for one in hosts_within(value)]
        if name == "a":
            self.end_link()
            self.link = host or (address.partition(":")[2].partition("?")[0] if _is_contact(address) else "")
            self.link_from = len(self.pieces)

    def end_link(self) -> None:
        """Where it leads, behind its words, unless they say so."""
        if not self.link:
            return
        shown = "".join(self.pieces[self.link_from :]).lower()
        if self.link.lower() not in shown and shown.strip():
            self.pieces.append(f" ({self.link})")
        self.link = ""


def _is_contact(address: str) -> bool:
    return address.lower().startswith(("mailto:", "tel:"))


def _attributes(inside: str) -> list[tuple[str, str]]:
    found = ATTRIBUTE.findall(inside)
    return [(name.lower(), LONG_NUMBER.sub("", unescape(a or b or c))) for name, a, b, c in found]
