"""What of a text repeats what was said before: found to be folded away, never to be left out.

Every step takes time in proportion to the text: no pattern meets a line of more than 1,000 letters, none looks further
than a few lines ahead.
"""

import re
from collections.abc import Iterable, Iterator

LONGEST_LINE, HEAD_LINES, SHORT = 1000, 14, 3
Fold = tuple[int, int]
# Where mail programs begin what they quote, in the languages of our customers: a whole line without blanks around it.
WROTE = re.compile(
    r"on .{5,120} wrote:"
    r"|am .{5,120} schrieb .{1,120}:"
    r"|在\s?.{5,80}(?:写道|寫道)[：:]"
    r"|[于於]\s?.{5,80}(?:写道|寫道)[：:]"
    r"|.{3,80}[<＜][^<>\s@]+@[^<>\s@]+[>＞].{0,40}(?:写道|寫道|wrote)[：:]",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|ursprüngliche nachricht|原始邮件|原始郵件|回复的原邮件|原邮件)\s*-{2,}", re.IGNORECASE
)
FORWARDED = re.compile(
    r"-{2,}\s*(?:forwarded message|forwarded by .{1,80}|weitergeleitete nachricht"
    r"|转发邮件信息|转发的邮件|转发邮件|轉寄的郵件)\s*-{2,}"
    r"|begin forwarded message:|开始转发的邮件[：:]|以下是转发的邮件[：:]",
    re.IGNORECASE,
)
FORWARDING = re.compile(r"\s{0,9}(?:re\s{0,3}[：:]\s{0,3})?(?:fwd?|wg|转发|轉寄|轉發)\s{0,3}[：:]", re.IGNORECASE)
_MARKED = r"[|*\s]{0,4}(?:%s)\s{0,4}[|*]?\s{0,4}[：:|]"
FROM = re.compile(_MARKED % "from|发件人|寄件者|寄件人|發件人|von", re.IGNORECASE)
DATED = re.compile(_MARKED % "sent|date|发送时间|发送日期|日期|时间|時間|寄件日期|gesendet|datum", re.IGNORECASE)
ABOUT = re.compile(_MARKED % "subject|主题|主題|主旨|betreff", re.IGNORECASE)
OTHERS = re.compile(_MARKED % "to|cc|收件人|收件者|抄送|副本|an|reply-to", re.IGNORECASE)
RULE = re.compile(r"[_-]{5,}")
# How such lines begin and end: one letter tells most others apart before any pattern is asked.
ENDS = frozenset("-:：")
STARTS = frozenset("fF发寄發vV|*")


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
    for n, line in enumerate(plain):
        if not line:
            continue
        if line[-1] in ENDS and FORWARDED.fullmatch(line):
            return n, False
        if line[-1] == "-" and ORIGINAL.fullmatch(line):
            return n, True
        if line[0] in STARTS and FROM.match(line) and _is_head(plain, n):
            before = next((m for m in range(n - 1, max(n - 4, -1), -1) if plain[m]), n)
            return (before if RULE.fullmatch(plain[before]) else n), True
        if line[-1] in ":：" and _is_dated(plain, n):
            return n, True
    return len(plain), False


def _is_head(plain: list[str], n: int) -> bool:
    """Of another mail: who from, when and about what. An address to move from and to is none."""
    has_date = has_subject = False
    for line in plain[n + 1 : n + HEAD_LINES]:
        if not line:
            continue
        is_date, is_subject = DATED.match(line), ABOUT.match(line)
        has_date, has_subject = has_date or is_date is not None, has_subject or is_subject is not None
        if not is_date and not is_subject and not OTHERS.match(line):
            break
    return has_date and has_subject


def _is_dated(plain: list[str], n: int) -> bool:
    """ "On 4 March 2026 at 10:00, … wrote:" where no sign stands before what was written."""
    line = next((line for line in _with_those_before(plain, n) if WROTE.fullmatch(line)), "")
    if not line or ("@" not in line and not re.search(r"\d{4}|\d:\d\d", line)):
        return False
    below = [line for line in plain[n + 1 : n + 6] if line]
    return bool(below) and not below[0].startswith(">")


def _with_those_before(plain: list[str], n: int) -> Iterator[str]:
    """The line, and joined with one or two before it: mail programs break them."""
    line = plain[n]
    yield line
    for m in range(n - 1, max(n - 3, -1), -1):
        if not plain[m]:
            return
        line = f"{plain[m]} {line}"[:LONGEST_LINE]
        yield line


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
    if n < 0 or not plain[n] or plain[n][-1] not in ":：":
        return begin
    for count, line in enumerate(_with_those_before(plain, n)):
        if WROTE.fullmatch(line):
            return n - count
    return begin
