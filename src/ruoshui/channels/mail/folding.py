"""What of a text repeats what was said before: found to be folded away, never to be left out.

Every step takes time in proportion to the text: no pattern meets a line of more than 1,000 letters, none looks further
than a few lines ahead.
"""

import re
from collections.abc import Iterable, Iterator

from ruoshui.channels.mail.quoting_words import (
    ABOUT,
    DATED,
    FORWARDED,
    FORWARDING,
    FROM,
    MOMENT,
    ORIGINAL,
    OTHERS,
    WROTE,
    is_of_a_program,
    label_of,
    says_when_or_who,
)

LONGEST_LINE, LONGEST_INTRODUCTION, HEAD_LINES, SHORT = 1000, 400, 14, 3
Fold = tuple[int, int]
RULE = re.compile(r"[_-]{5,}")
HINT = re.compile(r"[\d@]")  # without a date and an address, no line begins a quotation
# How such lines end: one letter tells most others apart before any pattern is asked.
DASHES, ENDS = "-－—_=", frozenset(":：-")


def folds_of(text: str, *, is_forward: bool = False) -> tuple[Fold, ...]:
    """(first line, how many) of what is quoted in a text whose lines end in a line feed. What somebody forwards is not,
    nor is a text that would be folded whole. `is_forward`: its subject says so.
    """
    if is_forward:
        return ()
    lines = text.split("\n")
    # As patterns see them: without blanks around, and nothing where the line is too long for any.
    plain = [line.strip() if len(line) <= LONGEST_LINE else "" for line in lines]
    end, is_quote = _rest(plain)
    found = [*_marked(plain, end), *([(end, len(lines) - end)] if is_quote else [])]
    folds = tuple((begin, count) for begin, count in found if any(plain[begin : begin + count]))
    return folds if any(words.strip() for is_folded, words in parted(text, folds) if not is_folded) else ()


def is_forwarding(subject: str) -> bool:
    return FORWARDING.match(subject) is not None


def parted(text: str, folds: Iterable[Iterable[int]]) -> list[tuple[bool, str]]:
    """The text in pieces, each with whether it is folded. Folds that are none are passed over."""
    lines, place = text.split("\n"), 0
    pieces: list[tuple[bool, str]] = []
    for begin, count in folds:
        if begin < place or count < 1 or begin + count > len(lines):
            continue
        pieces += [(False, "\n".join(lines[place:begin])), (True, "\n".join(lines[begin : begin + count]))]
        place = begin + count
    pieces.append((False, "\n".join(lines[place:])))
    return [(is_folded, words.strip("\n")) for is_folded, words in pieces if words.strip()]


def _rest(plain: list[str]) -> tuple[int, bool]:
    """Where a mark begins whose end nobody can tell: all below it is quoted, or else forwarded."""
    labels = [label_of(line) for line in plain]
    for n, line in enumerate(plain):
        if not line:
            continue
        is_between = line[-1] in DASHES
        if (is_between or line[-1] in ENDS) and FORWARDED.fullmatch(line):
            return n, False
        if is_between and ORIGINAL.fullmatch(line):
            return n, True
        if labels[n] in FROM:
            before = next((m for m in range(n - 1, max(n - 4, -1), -1) if plain[m]), n)
            begin = before if RULE.fullmatch(plain[before]) else n
            if _is_head(plain, labels, n, is_set_apart=begin < n):
                return begin, True
        if line[-1] in ENDS and (dated := _dated_from(plain, n)) is not None:
            return dated, True
    return len(plain), False


def _is_head(plain: list[str], labels: list[str], n: int, *, is_set_apart: bool) -> bool:
    """Of another mail: who from, when, and about what. An address to move from and to is none: that has no line above,
    no mail address, and no moment to the year or the minute.
    """
    has_subject, has_date, is_mail = False, False, is_set_apart or "@" in plain[n]
    goes_on = "\n".join(plain[n + 1 : n + 2]).startswith(("<", "＜"))  # with the address of the line above
    for m in range(n + 1, min(n + HEAD_LINES, len(plain))):
        line, label = plain[m], labels[m]
        if label in DATED:
            has_date, is_mail = True, is_mail or MOMENT.search(line) is not None
        elif label in ABOUT:
            has_subject = True
        elif line and label not in OTHERS and not (goes_on and _is_address(line, label)):
            is_form = label != "" and plain[m - 1] != ""  # with more fields than a mail has
            return has_date and has_subject and is_mail and not is_form
        goes_on = label in OTHERS or (goes_on and label not in DATED and label not in ABOUT)
    return has_date and has_subject and is_mail


def _is_address(line: str, label: str) -> bool:
    return "@" in line and (not label or "@" in label or label.endswith("mailto"))


def _dated_from(plain: list[str], n: int) -> int | None:
    """Where "On 4 March 2026 at 10:00, … wrote:" begins, when no sign stands before what was written."""
    begin, line = _introduction(plain, n)
    if not line or not says_when_or_who(line):
        return None
    below = [line for line in plain[n + 1 : n + 6] if line]
    return begin if below and not below[0].startswith(">") else None


def _introduction(plain: list[str], n: int) -> tuple[int, str]:
    """(where it begins, all of it): the line, or joined with one or two before it, for mail programs break them."""
    line = plain[n]
    for m in range(n - 1, max(n - 4, -2), -1):
        if len(line) > LONGEST_INTRODUCTION:
            break
        if HINT.search(line) and WROTE.fullmatch(line):
            return (m + 1, line) if is_of_a_program(line) else (n, "")
        if m < 0 or not plain[m]:
            break
        line = f"{plain[m]} {line}"
    return n, ""


def _marked(plain: list[str], end: int) -> Iterator[Fold]:
    """Runs of lines with a sign before them, with who wrote it. Short ones that are answered below stay in the open."""
    n = 0
    while n < end:
        if not plain[n].startswith(">"):
            n += 1
            continue
        begin, last = n, n
        while n < end and (not plain[n] or plain[n].startswith(">")):
            last = n if plain[n] else last
            n += 1
        first = _introduced(plain, begin)
        if first < begin or last - begin >= SHORT or n >= end:
            yield first, last + 1 - first


def _introduced(plain: list[str], begin: int) -> int:
    """Where the line begins that says who wrote what follows."""
    n = begin - 1
    while n >= 0 and begin - n <= 3 and not plain[n]:
        n -= 1
    if n < 0 or not plain[n] or plain[n][-1] not in ENDS:
        return begin
    first, line = _introduction(plain, n)
    return first if line else begin
