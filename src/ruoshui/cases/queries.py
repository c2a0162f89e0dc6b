"""Questions about many cases: pages by key, search, the customers one may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from ruoshui.cases.models import Case, CaseState
from ruoshui.cases.models.cases import ACTIVE, CaseQuerySet, case_id_of, stood_in_for
from ruoshui.core.typed import is_whole
from ruoshui.customers.models import Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.organization.models import Permission, Staff

# Words that nearly every text holds fill a page from the newest texts; only rarer ones need
# the index, and there they are few.
NEWEST_PIECES = 3000
MOST_HITS = 400


class Sight(StrEnum):
    """Whose cases a list shows."""

    MINE = "mine"
    TEAM = "team"
    UNIT = "unit"
    ALL = "all"


class Sort(StrEnum):
    DUE = "due"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Page:
    """`after` is the key of the last row, for the next page; empty on the last page."""

    cases: list[Case]
    after: str


def case_page(
    staff: Staff,
    filters: Q,
    *,
    sight: Sight = Sight.ALL,
    sort: Sort = Sort.DUE,
    after: str = "",
    limit: int = 50,
    at: datetime,
) -> Page:
    """A page of visible cases. Each way of being visible is asked for by its own index, then united:
    one condition with OR would read every open case to find the few of a small branch.
    """
    wanted = Case.objects.filter(filters)
    keys = _keys(sort, after)
    parts = [wanted.filter(way).filter(keys) for way in _ways(staff, sight, at)]
    order = ("due_at", "pk") if sort == Sort.DUE else ("-pk",)
    found: dict[int, Case] = {}
    for part in parts:
        for case in _with_names(part).order_by(*order)[: limit + 1]:
            found[case.pk] = case
    rows = sorted(found.values(), key=lambda c: (c.due_at, c.pk) if sort == Sort.DUE else -c.pk)
    return Page(rows[:limit], _key_of(rows[limit - 1], sort) if len(rows) > limit else "")


def _ways(staff: Staff, sight: Sight, at: datetime) -> list[Q]:
    if sight == Sight.MINE:
        return [Q(assignee_id__in=stood_in_for(staff, at))]
    reach = Case.objects.in_reach_of(staff)
    if sight == Sight.TEAM:
        return [Q(team_id__in=list(staff.teams.values_list("team_id", flat=True))) & reach]
    if sight == Sight.UNIT or staff.sees_everything(Permission.CONFIDENTIAL):
        return [reach]
    joined = staff.participations.values_list("case_id", flat=True)
    return [reach, Q(assignee_id__in=stood_in_for(staff, at)), Q(pk__in=list(joined))]


def _keys(sort: Sort, after: str) -> Q:
    if not after:
        return Q()
    try:
        if sort == Sort.NEWEST:
            return Q(pk__lt=int(after))
        moment, _sep, pk = after.rpartition("_")
        due = datetime.fromisoformat(moment)
        return Q(due_at__gte=due) & (Q(due_at__gt=due) | Q(pk__gt=int(pk)))
    except ValueError:
        return Q()


def _key_of(case: Case, sort: Sort) -> str:
    return str(case.pk) if sort == Sort.NEWEST else f"{case.due_at.isoformat()}_{case.pk}"


def _with_names(cases: CaseQuerySet) -> CaseQuerySet:
    return cases.select_related("type", "customer", "unit", "assignee", "team", "customer__tier")


def filters_from(query: dict[str, Any], at: datetime) -> Q:
    """Conditions from a list's query string. What does not parse is ignored: it narrows nothing."""
    state = query.get("state") or "active"
    found = Q()
    if state == "active":
        found &= Q(state__in=ACTIVE)
    elif state in CaseState.values:
        found &= Q(state=state)
    for name in ("priority", "channel", "category"):
        if value := query.get(name):
            found &= Q(**{name: value})
    for name in ("type", "unit", "team", "assignee", "customer"):
        if is_whole(value := str(query.get(name) or "")) and len(value) < 15:
            found &= Q(**{f"{name}_id": int(value)})
    if query.get("assignee") == "none":
        found &= Q(assignee__isnull=True)
    if query.get("late"):
        found &= Q(due_at__lt=at, state__in=ACTIVE)
    return found


def search_case_ids(text: str) -> list[int]:
    """Ids of the cases whose texts hold every word of `text`, newest first; at most 400.

    Chinese and English alike; a number finds its case. Says nothing about who may see them.
    """
    words = [word for word in text.strip().split() if word][:5]
    if not words:
        return []
    exact = case_id_of(text)
    hits = dict.fromkeys([exact] if exact is not None and Case.objects.filter(pk=exact).exists() else [])
    every = [word for word in words if len(word) > 1] or words
    newest = _piece_hits(every, only_newest=True)
    if len(newest) < MOST_HITS // 8 and any(len(word) > 1 for word in every):
        newest = _piece_hits(every, only_newest=False)
    return list(dict.fromkeys([*hits, *newest]))


def search_cases(staff: Staff, text: str, limit: int) -> tuple[list[Case], bool]:
    """The newest visible cases that hold `text`, loaded for a list; and whether there are more."""
    ids = search_case_ids(text)
    visible = set(Case.objects.visible_to(staff).filter(pk__in=ids).values_list("pk", flat=True))
    wanted = [pk for pk in ids if pk in visible]
    loaded = {case.pk: case for case in _with_names(Case.objects.filter(pk__in=wanted[:limit]))}
    return [loaded[pk] for pk in wanted[:limit]], len(wanted) > limit


def _piece_hits(words: list[str], *, only_newest: bool) -> list[int]:
    like = " AND ".join("lower(body) LIKE %s" for _word in words)
    patterns = ["%" + _escaped(word.lower()) + "%" for word in words]
    if only_newest:
        source = "(SELECT id, case_id, body FROM cases_searchpiece ORDER BY id DESC LIMIT %s) newest"
        sql = f"SELECT case_id FROM {source} WHERE {like} ORDER BY id DESC LIMIT %s"
        parameters: list[Any] = [NEWEST_PIECES, *patterns, MOST_HITS]
    else:
        grams = " AND ".join("grams2(body) @> word_grams(%s)" for word in words if len(word) > 1)
        sql = (
            f"SELECT case_id FROM (SELECT id, case_id FROM cases_searchpiece WHERE {grams} AND {like} LIMIT %s) hits"
            " ORDER BY id DESC"
        )
        parameters = [*(word for word in words if len(word) > 1), *patterns, MOST_HITS * 5]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [row[0] for row in cursor.fetchall()][:MOST_HITS]


def _escaped(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def takers_of(case: Case) -> QuerySet[Staff]:
    """Who may have it: `may_take` for many."""
    may = Q(pk__in=Staff.objects.who_may(Permission.WORK, case.unit).values("pk"))
    if case.team is not None:
        team = Staff.objects.who_may(Permission.WORK, case.team.unit).filter(teams__team=case.team)
        may |= Q(pk__in=team.values("pk"))
    return Staff.objects.filter(may)


def hidden_among(staff: Staff, ids: Iterable[int | None]) -> set[int]:
    """Which of these cases are kept from the staff member."""
    asked = {pk for pk in ids if pk}
    return set(Case.objects.hidden_from(staff).filter(pk__in=asked).values_list("pk", flat=True)) if asked else set()


def customers_visible_to(staff: Staff) -> CustomerQuerySet:
    """Customers of the units one reaches, those one manages, and those with a case one may see."""
    if staff.sees_everything():
        return Customer.objects.all()
    theirs = Case.objects.visible_to(staff)
    return Customer.objects.filter(
        Q(pk__in=Customer.objects.visible_to(staff).values("pk")) | Exists(theirs.filter(customer=OuterRef("pk")))
    )
