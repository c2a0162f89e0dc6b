"""Who sees what. A stranger is in every test."""

import pytest

from ruoshui.cases.actions import add_participant, assign_case
from ruoshui.cases.models import Case
from ruoshui.cases.queries import Sight, Sort, case_page, customers_visible_to, filters_from
from ruoshui.cases.searching import search_cases
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import register_absence
from tests.conftest import NOW

ALL = filters_from({}, NOW)


def sees(staff, case):
    one_by_one = Case.objects.visible_to(staff, NOW).filter(pk=case.pk).exists()
    in_the_list = case in case_page(staff, ALL, sight=Sight.ALL, at=NOW).cases
    assert one_by_one == in_the_list
    return one_by_one


def test_a_unit_above_sees_the_case_and_a_unit_beside_does_not(opened, demo):
    case = opened(unit=demo.units["east"])
    who = {
        name: sees(demo.staff[name], case) for name in ("admin", "province", "lead", "east", "west", "south", "chen")
    }
    assert who == {
        "admin": True,
        "province": True,
        "lead": True,
        "east": True,
        "west": False,
        "south": False,
        "chen": False,
    }


def test_an_assignee_from_elsewhere_sees_the_case(opened, demo):
    case = opened(unit=demo.units["east"])
    assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)  # of the team of the city
    assert sees(demo.staff["chen"], case)
    assert not sees(demo.staff["wang"], case)


def test_a_participant_sees_the_case(opened, demo):
    case = opened(unit=demo.units["east"])
    add_participant(case, staff=demo.staff["west"], by=demo.staff["lead"].actor, at=NOW)
    assert sees(demo.staff["west"], case)
    assert not sees(demo.staff["south"], case)


def test_a_deputy_sees_the_cases_of_the_absent(opened, demo):
    case = opened(unit=demo.units["east"])
    assign_case(case, to=demo.staff["east"], by=demo.staff["lead"].actor, at=NOW)
    from datetime import timedelta

    register_absence(
        demo.staff["east"],
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(days=1),
        deputy=demo.staff["south"],
        by=SYSTEM,
        at=NOW,
    )
    assert sees(demo.staff["south"], case)
    assert not sees(demo.staff["west"], case)


def test_a_confidential_case_is_only_for_those_with_the_right(opened, demo):
    case = opened(unit=demo.units["east"], confidential=True)
    who = {name: sees(demo.staff[name], case) for name in ("admin", "lead", "east", "south")}
    assert who == {"admin": True, "lead": True, "east": False, "south": False}


def test_customers_come_with_their_visible_cases(opened, demo, customer):
    opened(unit=demo.units["south"])
    assert customer in customers_visible_to(demo.staff["south"])
    assert customer not in customers_visible_to(demo.staff["west"])


@pytest.mark.parametrize("sort", [Sort.DUE, Sort.NEWEST])
def test_pages_by_key_show_every_case_once(opened, demo, sort):
    made = {opened(unit=demo.units[code]).pk for code in ("east", "city", "west", "east", "field", "city", "east")}
    seen, after = [], ""
    while True:
        page = case_page(demo.staff["lead"], ALL, sort=sort, after=after, limit=3, at=NOW)
        seen += [case.pk for case in page.cases]
        after = page.after
        if not after:
            break
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_costs_the_same_queries_for_one_and_three_rows(opened, demo, number, django_assert_num_queries):
    for _each in range(number):
        opened(unit=demo.units["east"])
    staff = demo.staff["east"]
    staff.held_roles  # noqa: B018 loaded with the session
    with django_assert_num_queries(5):
        [(c.type.name, c.customer.name, c.unit.name, c.assignee, c.team) for c in case_page(staff, ALL, at=NOW).cases]


@pytest.mark.parametrize(
    "query",
    [{"type": "x"}, {"unit": "99999999999999999999"}, {"priority": "'; drop"}, {"state": "weird"}, {"late": "1"}],
)
def test_odd_filters_break_nothing(opened, demo, query):
    opened()
    case_page(demo.staff["admin"], filters_from(query, NOW), at=NOW)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("抄表", True),
        ("核对抄表数据", True),
        ("电", True),
        ("INVOICE", True),
        ("voic", True),
        ("电费 invoice", True),
        ("没有的词", False),
        ("%", False),
        ("许文", True),
        ("abc", False),
    ],
)
def test_search_finds_chinese_and_english(opened, demo, text, found):
    case = opened(body="请核对抄表数据。 The invoice is wrong.")
    assert (case in search_cases(demo.staff["admin"], text, 50).cases) is found
