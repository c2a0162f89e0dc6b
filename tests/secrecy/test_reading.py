"""Nobody reads of a confidential case what they may not, at any address; and who may does read it."""

from collections import defaultdict
from collections.abc import Iterable
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from ruoshui.organization.models import Scope
from tests.secrecy.addresses import addresses, is_about_the_secret
from tests.secrecy.bound import bound_models
from tests.secrecy.visitors import Visitor, customer, links_in, nobody, person, program, tables_in, words_of

# Walked apart, or the same for everybody.
NOT_WALKED = ("/branch/east/staffing", "/api/v1/openapi.json", "/static/", "/branches/east?", "/readyz")
LISTS = ("/work/", "/cockpit/", "/api/")
# No page and no answer of the API shows words of these: they are for machines, or have none.
NEVER_SHOWN = {
    "cases.CaseLink",
    "cases.Merger",
    "cases.Participant",
    "cases.SearchPiece",
    "cases.Suspension",
    "feedback.Invitation",
    "processes.Timer",
    "sla.Promise",
}
# The unit that was asked reads what it was asked, and so does who reaches that unit.
ASKED = {"sla.InternalRequest"}
SOMEBODY = ("chen", "auditor", "south", "lobby", "net")
EVERYBODY = ("wang", "zhao", "east", "east2", "west", "field", "overseer", "netlead")
REACH_THE_ASKED = {"auditor", "net", "netlead"}


def look(visitor: Visitor, place: str) -> tuple[int, str]:
    answer = visitor.get(place)
    assert answer.status_code < 500, (visitor.name, place)
    return answer.status_code, words_of(answer)


def walk(visitor: Visitor, places: Iterable[str]) -> dict[str, set[str]]:
    """By table, the addresses at which its words were seen."""
    seen = defaultdict(set)
    for place in places:
        if visitor.may_knock(place):
            for model in tables_in(look(visitor, place)[1]):
                seen[model._meta.label].add(place)
    return seen


class Map(NamedTuple):
    """`everywhere`: what can be looked at, with the tabs and filters found on the pages. `telling`: where somebody who
    may see all saw words of the secret case, and the lists, which show each reader something else.
    """

    everywhere: list[str]
    telling: list[str]
    seen: set[str]


@pytest.fixture
def places(world: SimpleNamespace) -> Map:
    found = {one: "<" in pattern for pattern, filled in addresses(world).items() for one in filled}
    every, telling, seen, asked = list[str](), list[str](), set[str](), set[str]()
    for visitor in (person(world, "admin"), program(world, "admin")):
        for place, is_one_thing in found.items():
            if not visitor.may_knock(place) or place.startswith(NOT_WALKED):
                continue
            status, words = look(visitor, place)
            if status == 405:
                continue
            every.append(place)
            tables = tables_in(words)
            seen |= {model._meta.label for model in tables}
            telling += [place] if tables or (not is_one_thing and place.startswith(LISTS)) else []
            asked |= links_in(words, place)
    tabs = sorted(one for one in asked if one.startswith(LISTS) and one not in found)
    admin = person(world, "admin")
    seen |= {model._meta.label for tab in tabs for model in tables_in(look(admin, tab)[1])}
    return Map(every + tabs, telling + tabs, seen)


def outsiders(world: SimpleNamespace, names: Iterable[str]) -> list[tuple[Visitor, set[str]]]:
    """Each with the tables they may read."""
    people = [(person(world, name), ASKED if name in REACH_THE_ASKED else set[str]()) for name in names]
    programs = [(program(world, "chen", scope), set[str]()) for scope in Scope.values]
    strangers = [(nobody(world), set[str]()), (customer(world), set[str]()), (program(world, "auditor"), ASKED)]
    return people + programs + strangers


@pytest.mark.slow
def test_who_may_reads_all_that_hangs_on_a_secret_case_and_nobody_else_any_of_it(
    world: SimpleNamespace, places: Map
) -> None:
    """First that there is something to see: otherwise everybody would see nothing."""
    assert {model._meta.label for model in bound_models()} - places.seen == NEVER_SHOWN
    for visitor, allowed in outsiders(world, SOMEBODY):
        seen = walk(visitor, places.telling)
        assert set(seen) == allowed, (visitor.name, seen)


@pytest.mark.slow
def test_nobody_at_all_reads_it_anywhere(world: SimpleNamespace, places: Map) -> None:
    for visitor, allowed in outsiders(world, (*SOMEBODY, *EVERYBODY)):
        seen = walk(visitor, places.everywhere)
        assert set(seen) == allowed, (visitor.name, seen)


@pytest.mark.slow
@pytest.mark.parametrize("scope", [Scope.SETUP_READ, Scope.QUEUES_READ, Scope.CUSTOMERS_READ])
def test_a_program_that_may_not_read_cases_reads_none_of_them(world: SimpleNamespace, scope: Scope) -> None:
    """Even for who may see all. Numbers are of the hall, and show what was filled in; notices are the customer's."""
    known = {Scope.QUEUES_READ: {"queues.Ticket"}, Scope.CUSTOMERS_READ: {"informing.CustomerNotice"}}
    api = [one for filled in addresses(world).values() for one in filled if one.startswith("/api/")]
    seen = walk(program(world, "admin", scope), [one for one in api if not one.startswith(NOT_WALKED)])
    assert set(seen) == known.get(scope, set())


MOST = 20  # of some forty tables, on one page of each kind and the lists without their tabs


def test_nobody_reads_it_where_it_is_shown(world: SimpleNamespace) -> None:
    """The same walk, short: one row at each address that counts such rows, and the lists."""
    found = addresses(world)
    about = [filled[0] for pattern, filled in found.items() if is_about_the_secret(world, pattern)]
    lists = [filled[0] for pattern, filled in found.items() if "<" not in pattern and filled[0].startswith(LISTS)]
    short = [one for one in (*about, *lists) if not one.startswith(NOT_WALKED)]
    seen = [walk(visitor, short) for visitor in (person(world, "admin"), program(world, "admin"))]
    assert len(seen[0] | seen[1]) >= MOST
    told = {place for one in seen for places in one.values() for place in places}
    for visitor, allowed in outsiders(world, ("chen", "south")):
        found_by = walk(visitor, [one for one in short if one in told or one in lists])
        assert set(found_by) <= allowed, (visitor.name, found_by)


def test_the_pages_of_a_hall_show_none_of_it_to_whoever_stands_in_it(world: SimpleNamespace) -> None:
    """Staffing, and a branch's own page with whatever one asks of it: computed from figures."""
    halls = [f"/branch/east/staffing{more}" for more in ("", "?day=tomorrow", "?people=3")]
    halls += [f"/branches/{code}{more}" for code in ("east", "south") for more in ("", "?class=vip", "?business=pay")]
    for visitor in (person(world, "lobby"), person(world, "south"), nobody(world), customer(world)):
        assert walk(visitor, halls) == {}, visitor.name
