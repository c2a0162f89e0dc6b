"""Of several versions of one text: which says all, and what else another says."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

LITTLE, MOST_COMPARED = 25, 200_000  # letters
LETTERS = re.compile(r"\W+")


@dataclass(slots=True)
class Text:
    """`choice` and `branch`: of which set of versions, and which of them, as in `parts.Leaf`."""

    words: str
    is_html: bool
    choice: int
    branch: int


def best_of(versions: list[Text]) -> list[Text]:
    """All that they say: the plain one, where the others say nothing else."""
    spoken = [one for one in versions if one.words.strip()]
    plain = [one for one in spoken if not one.is_html and all(not o.is_html for o in spoken if o.branch == one.branch)]
    if not plain:
        return spoken
    first = [one for one in plain if one.branch == plain[0].branch]
    others = [one for one in spoken if one.branch != plain[0].branch and one.is_html]
    said, more = _pieces(first), _pieces(others)
    in_plain = set(said)
    new, all_of_it = _new(more, in_plain), _new(more, set())
    if new <= min(LITTLE, all_of_it / 2):
        return first
    if _new(said, set(more)) <= min(LITTLE, _new(said, set()) / 5):
        return others
    if new > all_of_it / 2:
        return [*others, *first]
    return [*first, *(replace(one, words=_lacking(one.words, in_plain)) for one in others)]


def _lacking(words: str, said: set[str]) -> str:
    """The lines that say something else."""
    return "\n".join(line for line in words.split("\n") if _is_new(letters_of(line), said))


def _is_new(letters: str, said: set[str]) -> bool:
    pieces = _in_pieces(letters)
    new = _new(pieces, said)
    return letters != "" and (new > LITTLE or new * 2 > _new(pieces, set()))


def _new(pieces: list[str], said: set[str]) -> int:
    """How much they say beyond what is said: a Chinese letter as much as three of others."""
    return sum(3 if piece > "\u2e80" else 1 for piece in pieces if piece not in said)


def _pieces(texts: Iterable[Text]) -> list[str]:
    return _in_pieces("".join(letters_of(one.words[:MOST_COMPARED]) for one in texts))


def _in_pieces(letters: str) -> list[str]:
    return [letters[n : n + 3] for n in range(max(len(letters) - 2, 1))]


def letters_of(words: str) -> str:
    return LETTERS.sub("", words).lower()
