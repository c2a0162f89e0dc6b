"""The list of ASVS 5.0.0, levels 1 and 2, says of each line what holds, and names a test that is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/asvs.md"
# Chapter: section and its requirements of levels 1 and 2.
REQUIRED = {
    "V1": "1.1-2 2.1-9 3.1-11 4.1-3 5.1-2",
    "V2": "1.1-3 2.1-3 3.1-4 4.1",
    "V3": "2.1-2 3.1-4 4.1-6 5.1-5 7.1-2",
    "V4": "1.1-3 2.1 3.1-2 4.1-4",
    "V5": "1.1 2.1-3 3.1-2 4.1-3",
    "V6": "1.1-3 2.1-12 3.1-4 4.1-4 5.1-5 6.1-3 8.1-4",
    "V7": "1.1-3 2.1-4 3.1-2 4.1-5 5.1-2 6.1-2",
    "V8": "1.1-2 2.1-3 3.1 4.1",
    "V9": "1.1-3 2.1-4",
    "V10": "1.1-2 2.1-2 3.1-4 4.1-11 5.1-5 6.1-2 7.1-3",
    "V11": "1.1-2 2.1-3 3.1-3 4.1-4 5.1 6.1",
    "V12": "1.1-3 2.1-2 3.1-4",
    "V13": "1.1 2.1-5 3.1-2 4.1-5",
    "V14": "1.1-2 2.1-4 3.1-3",
    "V15": "1.1-3 2.1-3 3.1-7",
    "V16": "1.1 2.1-5 3.1-4 4.1-3 5.1-3",
    "V17": "1.1 2.1-4 3.1-2",
}
VERDICTS = ("holds", "not yet", "not ours")
BY_READING = "by reading"
Row = tuple[str, str, str, str]


def required() -> list[str]:
    found = []
    for chapter, sections in REQUIRED.items():
        for section in sections.split():
            name, _dot, numbers = section.partition(".")
            for part in numbers.split(","):
                first, _dash, last = part.partition("-")
                found += [f"{chapter}.{name}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[Row]:
    cells = re.findall(r"^\| (V[\d.]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", PAGE.read_text(), flags=re.M)
    return [(line, verdict.strip(), how.strip(), shown.strip()) for line, verdict, how, shown in cells]


def names_there() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), flags=re.M))
        found.add(f"{path.relative_to(ROOT)}")
    return found


def test_every_line_of_the_standard_stands_there_once_and_in_order():
    assert [line for line, _verdict, _how, _shown in rows()] == required()


def test_every_line_has_a_verdict_and_says_how():
    assert [line for line, verdict, how, _shown in rows() if verdict not in VERDICTS or not how] == []


def test_what_holds_is_shown_by_a_test_that_is_there_or_says_that_it_was_read():
    there = names_there()
    unshown = []
    for line, verdict, _how, shown in rows():
        named = re.findall(r"`([^`]+)`", shown)
        if verdict == "holds" and shown != BY_READING and (not named or not set(named) <= there):
            unshown.append((line, shown))
    assert unshown == []
