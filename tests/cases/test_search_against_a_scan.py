"""Search finds exactly what somebody finds who reads every case they may see, for many made-up texts and questions."""

import random
import re

import pytest

from ruoshui.cases.actions import add_participant, note_case
from ruoshui.cases.models import Case
from ruoshui.cases.searching import search_cases
from ruoshui.core.actors import SYSTEM
from ruoshui.core.asking import words_of
from ruoshui.core.normal_text import normal_text
from ruoshui.customers.actions import register_customer
from tests.conftest import NOW

CASES, QUESTIONS = 150, 350
ROLES = ("admin", "province", "lead", "east", "west", "south", "chen", "wang")
UNITS = ("east", "west", "south", "city", "field")
# In two or more ways of writing: whichever is stored, whichever is asked.
WRITTEN = [
    ("电费", "電費", "电\u200b费"),
    ("账单", "帳單", "帐单"),
    ("退款申请", "退款，申请", "退款 申請"),
    ("停电", "停電"),
    ("AB-2026-0077", "AB20260077", "ＡＢ２０２６００７７"),
    ("AB-2026-0078", "ab 2026 0078"),
    ("户号05718899", "户号０５７１８８９９"),
    ("Müller", "muller", "MULLER"),
    ("credit card", "credit-card", "Credit  Card"),
    ("a meter", "a METER"),
    ("want in", "wantin"),
    ("100%", "100％", "100"),
    ("变压器", "變壓器"),
    ("噪音", "噪 音"),
    ("龘", "龘"),
    ("x", "X"),
]
PEOPLE = [  # name, initials, phone, how else the phone is typed
    ("许文", ["xw"], "13800138001", ["138-0013-8001", "+86 13800138001"]),
    ("Smith, Jörg", ["sj", "js"], "0571-88990011", ["+86 571 88990011", "057188990011"]),
    ("张 三", ["zs"], "13900138002", ["139 0013 8002"]),
]


class Scan:
    """The same question, answered by reading."""

    def __init__(self):
        self.texts: dict[int, list[str]] = {}
        self.people: dict[int, int] = {}

    def finds(self, pk: int, question: str) -> bool:
        if self.people[pk] in callers(question):
            return True
        words = words_of(question)
        return bool(words) and all(self.holds(pk, word) for word in words)

    def holds(self, pk: int, word) -> bool:
        name, initials, *_rest = PEOPLE[self.people[pk]]
        texts = [*self.texts[pk], name, *initials]
        if any(re.search(" ?".join(map(re.escape, word.parts)), normal_text(text)) for text in texts):
            return True
        return self.people[pk] in callers(word.said)


def callers(text: str) -> set[int]:
    return {place for place, (_n, _i, phone, others) in enumerate(PEOPLE) if text.strip() in (phone, *others)}


def phrase(dice: random.Random) -> str:
    return dice.choice(dice.choice(WRITTEN))


@pytest.fixture
def world(opened, demo):
    """The scan, with all that was said; cases of several units, some secret, some joined by somebody of another."""
    dice, scan = random.Random(20), Scan()
    people = [
        register_customer(name=n, contacts=[("phone", p)], unit=demo.units["city"], at=NOW) for n, _i, p, _o in PEOPLE
    ]
    for _each in range(CASES):
        place, unit = dice.randrange(len(PEOPLE)), dice.choice(UNITS)
        subject, body = (
            dice.choice("，。 -\n").join(phrase(dice) for _n in range(dice.randint(1, 3))) for _two in "ab"
        )
        secret = dice.random() < 0.1
        case = opened(
            subject=subject, body=body, customer=people[place], unit=demo.units[unit], confidential=secret, by=SYSTEM
        )
        scan.people[case.pk], scan.texts[case.pk] = place, [case.number, subject, body]
        for _note in range(dice.randint(0, 2)):
            scan.texts[case.pk].append(phrase(dice))
            note_case(case, body=scan.texts[case.pk][-1], by=SYSTEM, at=NOW)
        if dice.random() < 0.1:
            add_participant(case, staff=demo.staff[dice.choice(("west", "south"))], by=SYSTEM, at=NOW)
    return scan


def question(dice: random.Random, scan: Scan) -> str:
    kind = dice.randrange(8)
    if kind == 0:
        return dice.choice([phone for _n, _i, _p, others in PEOPLE for phone in others])
    if kind == 1:
        return dice.choice([n for n, *_r in PEOPLE] + [i for _n, initials, *_r in PEOPLE for i in initials])
    if kind == 2:
        return f'"{phrase(dice)}" {phrase(dice)}'
    if kind == 3:  # a piece out of the middle of something
        text = dice.choice(scan.texts[dice.choice(list(scan.texts))])
        start = dice.randrange(len(text))
        return text[start : start + dice.randint(1, 5)]
    if kind == 4:
        return dice.choice(["没有", "tin", "％", "_", "zebra", "0", "电", "费账", "6", "rd met"])
    return " ".join(phrase(dice) for _n in range(dice.randint(1, 3)))


def test_search_finds_exactly_what_a_plain_scan_finds(world, demo, monkeypatch):
    dice = random.Random(77)
    seen = {
        who: list(Case.objects.visible_to(demo.staff[who], NOW).order_by("-pk").values_list("pk", flat=True))
        for who in ROLES
    }
    assert len({tuple(ids) for ids in seen.values()}) >= 5  # roles that differ
    hits = 0
    for _each in range(QUESTIONS):
        asked = question(dice, world)
        for who in dice.sample(ROLES, 2):
            monkeypatch.setattr("ruoshui.cases.searching.NEWEST", dice.choice([0, 5, 40, 1500]))
            limit = dice.choice([3, 500])
            expected = [pk for pk in seen[who] if world.finds(pk, asked)]
            answer = search_cases(demo.staff[who], asked, limit, at=NOW)
            told = [case.pk for case in answer.cases if case != answer.jump]
            expected = [pk for pk in expected if answer.jump is None or pk != answer.jump.pk]
            assert (told, answer.before is not None) == (expected[:limit], len(expected) > limit), (asked, who)
            hits += bool(expected)
    assert QUESTIONS * 0.5 < hits < QUESTIONS * 2  # most questions find something, and not all
