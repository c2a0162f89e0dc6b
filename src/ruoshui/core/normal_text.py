"""One form for what is stored to be found and for what is asked.

Compatibility forms are one (Ａ is a, ０ is 0), traditional signs are simplified, accents, case, punctuation and signs
that nobody sees are gone. Between two words of letters one blank stays, so that no word is found across two others;
everywhere else blanks are gone too: Chinese has none, and people set them in numbers as they like.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

# Between texts that do not belong together: nothing is found across it.
BORDER = "\n"

_MARKS = re.compile("[\u0300-\u036f]+")
_GAP = re.compile(r"[\W_]+")
_SPACED = re.compile(r"\s")
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)

# Letters with a stroke have no accent that could be taken off.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_FIRST_IDEOGRAPH = "\u2e80"


def normal_text(text: str) -> str:
    """The form that is stored and looked into. It is its own normal form."""
    return _GAP.sub(_gap, _folded(text)).strip()


def normal_texts(texts: Iterable[str]) -> str:
    """Of several texts that do not run on from each other."""
    return BORDER.join(normal for normal in map(normal_text, texts) if normal)


def normal_parts(text: str) -> list[str]:
    """Of a phrase: what must stand one after the other, with one blank between or none."""
    return _GAP.sub(_cut, _folded(text)).split()


def visible(text: str) -> str:
    """Without what nobody sees and pasting brings along: marks of direction, joiners, soft hyphens."""
    return _UNSEEN.sub("", text)


def _folded(text: str) -> str:
    text = _MARKS.sub("", unicodedata.normalize("NFKD", visible(text))).casefold().translate(_STROKES)
    # Once more: a folded letter may bring a mark, and a compatibility form signs that nobody sees.
    text = _MARKS.sub("", unicodedata.normalize("NFKD", visible(text)))
    return unicodedata.normalize("NFC", text).translate(_simplified())


def _gap(found: re.Match[str]) -> str:
    return " " if _is_between_words(found) and _SPACED.search(found[0]) else ""


def _cut(found: re.Match[str]) -> str:
    return " " if _is_between_words(found) else ""


def _is_between_words(found: re.Match[str]) -> bool:
    text, start, end = found.string, found.start(), found.end()
    return start > 0 and end < len(text) and _is_letter(text[start - 1]) and _is_letter(text[end])


def _is_letter(sign: str) -> bool:
    """Of a script that sets blanks between its words."""
    return sign.isalpha() and (sign < _FIRST_IDEOGRAPH or "\uac00" <= sign <= "\ud7a3")


@cache
def _simplified() -> dict[int, str]:
    """Pairs of signs: what is written, and what stands for it. Made of the character tables of OpenCC
    (Apache-2.0): its library is 8 MB of phrases that a search, which compares sign by sign, has no use for.
    """
    pairs = files("ruoshui.core").joinpath("data/simplified.txt").read_text("utf-8").split()
    return {ord(line[i]): line[i + 1] for line in pairs for i in range(0, len(line), 2)}
