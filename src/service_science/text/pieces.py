"""Texts cut into pieces: single signs, pairs and longer runs of Chinese; words and pairs of them of everything else."""

from __future__ import annotations

import re
import unicodedata
from operator import add

RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
UNUSUAL = re.compile(
    r"[\u00a8-\u00be\u02b0-\u036f\u1100-\u11ff\u1d2c-\u1dff\u2070-\u218f\u2460-\u24ff\u3131-\u33ff"
    r"\uf900-\ufaff\ufb00-\ufe0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc]"
)
NOISE = re.compile(r"[\W_]+")


def one_form(text: str) -> str:
    """Capitals small, full width half; whole texts are normalised only where a letter or digit needs it."""
    return (unicodedata.normalize("NFKC", text) if UNUSUAL.search(text) else text).lower()


def plain(text: str) -> str:
    """What looks alike made one; nothing but letters, signs and digits left."""
    return NOISE.sub("", one_form(text))


def pieces(text: str, *, longest: int = 2) -> list[str]:
    """In order, repeats included. Chinese runs give every piece of 1 to `longest` signs; words stand with a space
    before.

    >>> pieces("停电了 Power cut")
    ['停', '电', '了', '停电', '电了', ' power', ' cut', ' power cut']
    """
    found: list[str] = []
    words: list[str] = []
    for run in RUNS.findall(one_form(text)):
        if run[0] >= "\u3400":
            longer = list(run)
            found += longer
            for size in range(1, longest):
                longer = list(map(add, longer, run[size:]))
                found += longer
        else:
            words.append(" " + run)
    found += words
    found += map(add, words, words[1:])
    return found
