"""Questions about many cases: pages by key, the customers one may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from ruoshui.cases.models import Case, CaseState
from ruoshui.cases.models.cases import ACTIVE, CaseQuerySet, stood_in_for
from ruoshui.core.cursors import cursor_of, key_of, wrong_cursor
from ruoshui.core.events import KINDS
from ruoshui.core.models import RecordedEvent
from ruoshui.core.typed import is_whole, moment_in
from ruoshui.customers.models import Customer
from ruoshui.customers.models.customers import CustomerQuerySet
from ruoshui.organization.models import Permission, Staff, Unit


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
    """`after` is where the next page begins; empty on the last page."""

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
    one condition with OR would read every open case to find the few of a small branch. Raises Invalid for an `after`
    that no page of this order gave.
    """
    wanted = Case.objects.filter(filters)
    keys = _keys(sort, after)
    parts = [wanted.filter(way).filter(keys) for way in ways_to_see(staff, sight, at)]
    order = ("due_at", "pk") if sort == Sort.DUE else ("-pk",)
    found: dict[int, Case] = {}
    for part in parts:
        for case in with_names(part).order_by(*order)[: limit + 1]:
            found[case.pk] = case
    rows = sorted(found.values(), key=lambda c: (c.due_at, c.pk) if sort == Sort.DUE else -c.pk)
    return Page(rows[:limit], _key_of(rows[limit - 1], sort) if len(rows) > limit else "")


def ways_to_see(staff: Staff, sight: Sight, at: datetime | None = None, *, people: list[int] | None = None) -> list[Q]:
    """The ways in which cases are visible, each with an index of its own; what they find together is all of it."""
    if sight == Sight.MINE:
        return [Q(assignee_id__in=people or stood_in_for(staff, at))]
    reach = Case.objects.in_reach_of(staff)
    if sight == Sight.TEAM:
        return [Q(team_id__in=list(staff.teams.values_list("team_id", flat=True))) & reach]
    if sight == Sight.UNIT or staff.sees_everything(Permission.CONFIDENTIAL):
        return [reach]
    joined = staff.participations.values_list("case_id", flat=True)
    return [reach, Q(assignee_id__in=people or stood_in_for(staff, at)), Q(pk__in=list(joined))]


def _keys(sort: Sort, after: str) -> Q:
    if sort == Sort.NEWEST:
        newest = key_of(f"cases:{sort}", after, int)
        return Q(pk__lt=newest[0]) if newest else Q()
    dated = key_of(f"cases:{sort}", after, str, int)
    if dated is None:
        return Q()
    due = moment_in(str(dated[0]))
    if due is None:
        raise wrong_cursor()
    return Q(due_at__gte=due) & (Q(due_at__gt=due) | Q(pk__gt=dated[1]))


def _key_of(case: Case, sort: Sort) -> str:
    key = (case.pk,) if sort == Sort.NEWEST else (case.due_at.isoformat(), case.pk)
    return cursor_of(f"cases:{sort}", *key)


def with_names(cases: CaseQuerySet) -> CaseQuerySet:
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


def customers_visible_to(staff: Staff, *, people: list[int] | None = None) -> CustomerQuerySet:
    """Customers of the units one reaches, those one manages, and those with a case one may see."""
    if staff.sees_everything():
        return Customer.objects.all()
    theirs = Case.objects.visible_to(staff, people=people)
    return Customer.objects.filter(
        Q(pk__in=Customer.objects.visible_to(staff).values("pk")) | Exists(theirs.filter(customer=OuterRef("pk")))
    )


def customers_known_in(unit: Unit | None) -> CustomerQuerySet:
    """Those whom everybody sees who sees the ordinary cases of `unit`: its own, and those who have had one there."""
    theirs = Case.objects.filter(customer=OuterRef("pk"), unit=unit, confidential=False)
    return Customer.objects.filter(Q(unit=unit) | Exists(theirs)) if unit else Customer.objects.none()


def other_cases_in(event: RecordedEvent) -> set[int]:
    """The other cases that an event names."""
    kind = KINDS.get(event.kind)
    values = (event.data.get(field) for field in kind.other_cases) if kind else ()
    return {value for value in values if isinstance(value, int)}


def shown_events(staff: Staff, events: Iterable[RecordedEvent]) -> list[RecordedEvent]:
    """Without those that name a case kept from the reader: that there is one is not said either."""
    found = list(events)
    named = {pk for event in found for pk in other_cases_in(event)}
    hidden = set(Case.objects.hidden_from(staff).filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    return [event for event in found if not hidden & other_cases_in(event)] if hidden else found
