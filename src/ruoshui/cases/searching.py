"""Find cases by what was said in them, by their customer, by their number.

Every word must stand somewhere in the case: in any of its texts, in the customer's name, or as the customer's phone,
address or reference. What somebody may not see is no part of the question, and newer cases come first, so that an
answer is whole: nothing older hides behind what is newer, and nothing visible behind what is not.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import CaseQuerySet, case_id_of, stood_in_for
from ruoshui.cases.queries import Sight, ways_to_see, with_names
from ruoshui.core.asking import Word
from ruoshui.customers.queries import Sought, sought
from ruoshui.organization.models import Staff

# Words that many texts hold fill a page from the newest cases; only rarer ones need the index, and there they are few.
NEWEST = 1500
CHUNK = 1500


@dataclass(frozen=True, slots=True)
class Hits:
    """`jump`: the case whose number was typed, also the first of `cases`. `before`: the key of the next page."""

    cases: list[Case]
    before: int | None
    jump: Case | None = None


@dataclass(frozen=True, slots=True)
class Looker:
    """Who looks, and the people whose cases are theirs at that moment (`stood_in_for`), asked once."""

    staff: Staff
    people: list[int]

    @classmethod
    def now(cls, staff: Staff, at: datetime | None = None) -> "Looker":
        return cls(staff, stood_in_for(staff, at))

    def cases(self) -> CaseQuerySet:
        return Case.objects.visible_to(self.staff, people=self.people)


def search_cases(staff: Staff, text: str, limit: int, *, before: int | None = None, at: datetime | None = None) -> Hits:
    """A page of the visible cases that hold `text`, newest first; the one whose number it is stands before all."""
    return look_for(Looker.now(staff, at), sought(text), limit, before=before)


def look_for(looker: Looker, asked: Sought, limit: int, *, before: int | None = None) -> Hits:
    """The same, of somebody who looks for customers by it too."""
    typed = case_id_of(asked.text)
    ids = _ids(looker, asked, limit + 1, typed, before)
    page = ids[:limit]
    first = [typed] if typed is not None and before is None else []
    loaded = {c.pk: c for c in with_names(looker.cases().filter(pk__in=[*first, *page]))}
    jump = loaded.get(typed) if first and typed is not None else None
    cases = [jump] if jump else []
    cases += [loaded[pk] for pk in page if pk in loaded]
    return Hits(cases, page[-1] if len(ids) > limit else None, jump)


def _ids(looker: Looker, asked: Sought, most: int, typed: int | None, before: int | None) -> list[int]:
    if not asked.words:
        return []
    older = (Q() if before is None else Q(pk__lt=before)) & ~Q(pk=typed or 0)
    newest = _newest(looker, older)
    hits = _holding(newest, asked)
    if len(hits) >= most or len(newest) < NEWEST:
        return hits[:most]
    visible = looker.cases().filter(older)
    found = {*_by_index(visible, asked, most), *_newest_of(visible.filter(customer_id__in=asked.callers), most)}
    return sorted(found, reverse=True)[:most]


def _newest(looker: Looker, older: Q) -> list[int]:
    """The newest cases that somebody may see, each way of seeing by its own index, all in one statement."""
    first, *others = (
        Case.objects.filter(older).filter(way).order_by("-pk").values_list("pk", flat=True)[:NEWEST]
        for way in ways_to_see(looker.staff, Sight.ALL, people=looker.people)
    )
    return sorted(first.union(*others) if others else first, reverse=True)[:NEWEST]


def _holding(ids: list[int], asked: Sought) -> list[int]:
    """Those of these cases that hold every word, looked through one by one."""
    having: list[str] = []
    values: list[Any] = []
    for word, owners in zip(asked.words, asked.owners, strict=True):
        text, text_values = word.plain_condition("p.body")
        name, name_values = word.plain_condition("u.findable")
        having.append(f"(bool_or({text}) OR bool_or({name}) OR bool_or(c.customer_id = ANY(%s)))")
        values += [*text_values, *name_values, owners]
    sql = (  # our own words; what was typed is among the values
        "SELECT c.id FROM cases_case c LEFT JOIN customers_customer u ON u.id = c.customer_id "  # noqa: S608
        "LEFT JOIN cases_searchpiece p ON p.case_id = c.id WHERE c.id = ANY(%s) GROUP BY c.id "
        f"HAVING {' AND '.join(having)} OR bool_or(c.customer_id = ANY(%s)) ORDER BY c.id DESC"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids, *values, asked.callers])
        return [row[0] for row in cursor.fetchall()]


def _by_index(visible: CaseQuerySet, asked: Sought, most: int) -> list[int]:
    """The same by the index. Words that it does not know (single signs) are looked for in what the others leave."""
    known = [(w, o) for w, o in zip(asked.words, asked.owners, strict=True) if w.is_indexed]
    holders = [_holders(word, owners) for word, owners in known or zip(asked.words, asked.owners, strict=True)]
    sql = " INTERSECT ".join(f"({sql})" for sql, _values in holders)
    # As an array: the rows that these words leave are then read by their keys, however many others there are.
    values = [value for _sql, values in holders for value in values]
    left = visible.filter(RawSQL(f"cases_case.id = ANY(ARRAY({sql}))", values, BooleanField()))  # noqa: S611 our words
    if not known or len(known) == len(asked.words):
        return _newest_of(left, most)
    ids, hits = _newest_of(left, None), list[int]()
    for start in range(0, len(ids), CHUNK):
        hits += _holding(ids[start : start + CHUNK], asked)
        if len(hits) >= most:
            break
    return hits[:most]


def _newest_of(cases: CaseQuerySet, most: int | None) -> list[int]:
    return list(cases.order_by("-pk").values_list("pk", flat=True)[:most])


def _holders(word: Word, owners: list[int]) -> tuple[str, list[Any]]:
    """SQL for the ids of all cases that hold a word, with its parameters."""
    text, text_values = word.condition("body")
    name, name_values = word.condition("u.findable")
    sql = (
        f"SELECT case_id FROM cases_searchpiece WHERE {text} UNION "  # noqa: S608 as above
        f"SELECT c.id FROM customers_customer u JOIN cases_case c ON c.customer_id = u.id WHERE {name} UNION "
        "SELECT id FROM cases_case WHERE customer_id = ANY(%s)"
    )
    return sql, [*text_values, *name_values, owners]
