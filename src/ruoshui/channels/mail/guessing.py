"""Which charset bytes without a right label are in: the one in whose everyday characters they nearly all fall.

East Asian charsets and those of other alphabets use the same bytes for other letters, so that most texts can be
decoded in several. Read in the wrong one, a text is full of characters that nobody uses: that is counted.
"""

import codecs
import re
from collections.abc import Callable

SAMPLE = 20_000  # bytes
ENOUGH, SURE, LEAST = 0.6, 0.85, 2
RUN = re.compile("[^\x00-\x7f]+")
SIGNS = "\u3000-\u303f\uff01-\uff5e\u2014-\u2026"
KANA = re.compile("[\u3040-\u30ff]")
HALF_KANA = re.compile("[\uff61-\uff9f]")
WORD = re.compile(r"(?:[^\W\d_]|[\u0e31-\u0e4e\u05b0-\u05c7\u064b-\u0652])+")


def _encoded_in(charset: str, first: int, last: int) -> Callable[[str], bool]:
    """Is a letter in this charset, with a first byte of that range? The everyday ones stand in front."""

    def asked(letter: str) -> bool:
        try:
            code = letter.encode(charset)
        except UnicodeError:
            return False
        return len(code) == 2 and first <= code[0] <= last

    return asked


_GB, _BIG5 = _encoded_in("gb2312", 0xB0, 0xD7), _encoded_in("big5", 0xA4, 0xC6)
_JIS, _KS = _encoded_in("cp932", 0x88, 0x97), _encoded_in("euc_kr", 0xB0, 0xC8)
_SIGN = re.compile(f"[{SIGNS}]")


def _simplified(text: list[str]) -> float:
    if sum(bool(KANA.match(letter)) for letter in text) > 0.15 * len(text):
        return 0
    return sum(bool(_SIGN.match(letter)) or _GB(letter) or _BIG5(letter) for letter in text)


def _traditional(text: list[str]) -> float:
    return sum(bool(_SIGN.match(letter)) or _BIG5(letter) for letter in text)


def _japanese(text: list[str]) -> float:
    """Without kana it is none; kana of half width is what other charsets look like when they are read as Japanese."""
    kana = sum(bool(KANA.match(letter)) for letter in text)
    if kana < 0.15 * len(text) or any(HALF_KANA.match(letter) for letter in text):
        return 0
    return sum(bool(KANA.match(letter) or _SIGN.match(letter)) or _JIS(letter) for letter in text)


def _korean(text: list[str]) -> float:
    """Every text in Hangul is one of Chinese characters in GB too, but of the first half of the alphabet alone."""
    return len(text) if len(text) >= 12 and all(_KS(letter) or _SIGN.match(letter) for letter in text) else 0


KINDS: dict[str, Callable[[list[str]], float]] = {
    "cp949": _korean,
    "gb18030": _simplified,
    "big5hkscs": _traditional,
    "cp932": _japanese,
    "euc_jp": _japanese,
}
# The letters that make up most of every text, of each alphabet; with the first and the last that it has.
_RUSSIAN = ("оеаинтсрвлкмдпуяыьзбгё", "\u0400", "\u045f")
ALPHABETS = {
    "koi8_r": _RUSSIAN,
    "cp1251": _RUSSIAN,
    "cp1253": ("αοιετσνηυρπκμλωςγδίάόέύή", "\u0370", "\u03ff"),
    "cp1256": ("اليمونتربةعدسفهحقكأىج", "\u060c", "\u06ff"),
    "cp1255": ("יוהלאתמרבשנדקחעפםןצ", "\u05b0", "\u05ff"),
    "cp874": ("านรอกเงยมวลตทสะดี่้ิัปคขบจหแใุ", "\u0e01", "\u0e5b"),
}
NAMES = (*KINDS, *ALPHABETS)
EVERYDAY, LONG_WORD, LEAST_LETTERS = 0.85, 3, 6


def guessed(content: bytes, least: float = ENOUGH) -> str:
    """Python's name of the charset; empty when none fits at least so well."""
    best, part = "", least
    for name in NAMES:  # of several that fit as well, the first
        if (found := fit(content, name)) > part or (found == part and not best):
            best, part = name, found
    return best


def fit(content: bytes, name: str) -> float:
    """Which part of its letters beyond ASCII is of everyday use in this charset, from 0 to 1."""
    text = _sample(content, name) if name in NAMES else None
    if text is None:
        return 0
    if name in ALPHABETS:
        return _alphabetic(text, *ALPHABETS[name])
    letters = [letter for letter in text if letter >= "\x80"][:4000]
    # East Asian letters stand side by side; one between two of ASCII is an umlaut with what follows it.
    if len(letters) < max(LEAST, 1.5 * len(RUN.findall(text[:8000]))):
        return 0
    return KINDS[name](letters) / len(letters)


def _alphabetic(text: str, everyday: str, first: str, last: str) -> float:
    """Words of one alphabet and mostly of its everyday letters, capitals at their beginning only: another charset has
    the two the other way round. Single letters between words of ASCII are no text.
    """
    high = sum(letter >= "\x80" for letter in text)
    said = [word for word in WORD.findall(text) if word[0] >= "\x80"]
    sound = [word for word in said if all(first <= letter <= last for letter in word)]
    if sum(map(len, said[:12])) < LEAST_LETTERS or not any(len(word) >= LONG_WORD for word in sound):
        return 0
    cased = sum(len(word) for word in sound if word[1:] == word[1:].lower() or word.isupper() or len(word) == 1)
    letters = "".join(sound).lower()
    usual = sum(letter in everyday for letter in letters) / len(letters)
    loud = 0.8 if letters.upper() != letters and text.isupper() else 1  # another alphabet's small letters, mostly
    return 0.95 * loud * min(cased, high) / high * min(usual / EVERYDAY, 1)


def _sample(content: bytes, name: str) -> str | None:
    try:  # not to the end: the sample may stop in the middle of a letter
        return codecs.getincrementaldecoder(name)("strict").decode(content[:SAMPLE], len(content) <= SAMPLE)
    except UnicodeError:
        return None
