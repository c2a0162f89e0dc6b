"""Who stands in a field of a mail: names and addresses, as people and programs really write them.

Read before its encoded words are: a comma in a name is a comma of the name. Each letter is looked at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ruoshui.channels.mail.heads import header_text
from ruoshui.core.plain_text import storable

# Local parts are 64 letters at most by the standard; lists and forwarders write longer ones. Other alphabets: RFC 6531.
_SIGN = r"[^\s<>()\[\],;:@\"\\\x00-\x1f（）＜＞【】，；：。、]"
_DOMAIN = rf"(?:{_SIGN}{{1,253}}|\[[0-9A-Fa-f:.]{{3,60}}\])"
ADDRESS = re.compile(rf"(?:{_SIGN}{{1,200}}|\"(?:[^\"\\\x00-\x1f@<>]){{1,64}}\")@{_DOMAIN}")
# Bounded, so that no mark without its other is searched for to the end each time.
PIECE = re.compile(
    r"\"(?:[^\"\\]|\\.){0,500}+\"|\((?:[^()\\]|\\.){0,500}+\)|<[^<>]{0,500}+>|[,;]|[^\",;<(]{1,500}|.", re.DOTALL
)
COMMENT = re.compile(r"\(((?:[^()\\]|\\.){0,500}+)\)", re.DOTALL)
LONGEST = 64 * 1024
MOST, MOST_PIECES = 1000, 20


@dataclass(frozen=True, slots=True)
class Person:
    """`address` is in lower case; `name` may be empty."""

    name: str
    address: str


def people_in(value: str) -> Iterator[Person]:
    """At most 1,000. `value` is a field as it came."""
    said: list[str] = []
    count = 0
    pieces = [*PIECE.findall(value[:LONGEST]), ","]
    for place, piece in enumerate(pieces):
        if piece not in (",", ";"):
            said.append(piece)
            continue
        found = _person("".join(said))
        is_dotless = found is not None and "." not in found.address and "<" not in said[-1]
        is_name = is_dotless and piece == "," and place + 1 < len(pieces) and _ends_a_name(pieces, place + 1)
        if found is None or is_name:  # a comma within a name that nobody put in quotation marks
            said = [*said, piece] if len(said) < MOST_PIECES else []
            continue
        yield found
        said, count = [], count + 1
        if count >= MOST:
            return


def _ends_a_name(pieces: list[str], begin: int) -> bool:
    """Do the rest of a name and its address in angles stand between here and the next comma?"""
    end = begin
    while pieces[end] not in (",", ";") and not (pieces[end].startswith("<") and "@" in pieces[end]):
        end += 1
    before = "".join(pieces[begin:end])
    return pieces[end].startswith("<") and before.strip() != "" and "@" not in before


def _person(source: str) -> Person | None:
    begin = source.rfind("<")
    if begin >= 0 and (found := ADDRESS.search(header_text(source[begin:]))):
        return Person(_shown(source[:begin]), _plain(found.group()))
    text = header_text(source)
    found = ADDRESS.search(text)
    if found is None:
        return None
    comment = COMMENT.search(source)
    before = text[: found.start()].rstrip(" \t[(<＜（【")
    return Person(_shown(comment.group(1) if comment else before.removesuffix("mailto:")), _plain(found.group()))


def _plain(address: str) -> str:
    return address.lower().strip("'.")


def _shown(source: str) -> str:
    name = re.sub(r"\\(.)", r"\1", source.strip().strip("\"'"))
    shown = " ".join(header_text(name).split())
    return storable(shown).strip("\"' ,;")[:160]
