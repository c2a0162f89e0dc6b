"""Each right does what its label says: every write, sent as somebody at home in every unit with just some rights there."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from ruoshui.organization.models import Permission, Reach, Role, Staff
from ruoshui.queues.models import Branch, Counter, Ticket
from tests.reach.doors import Door, operations, pages
from tests.reach.ground import OUT
from tests.reach.labels import NAMED, ways_of
from tests.reach.test_reach import call, post

Rights = frozenset[Permission]
EVERYTHING: Rights = frozenset(Permission)
REFUSED = (403, 404)
WRITES: dict[str, tuple[Door, dict[str, Any] | None]] = {
    door.name: (door, None) for door in pages() if ways_of(door) is not None
}
WRITES |= {door.name: (door, schema) for door, schema in operations() if door.name not in NAMED}
# These begin something of one's own: in one's home unit, else in the first where one may.
WHERE_ONE_MAY = {
    *("workspace:new", "workspace:new-customer", "workspace:new-call-back", "workspace:ask", "workspace:dial"),
    *("workspace:new-asset", "register_asset"),
    "workspace:customer-note",  # about a customer whom one serves: the record itself stays as it is
    *("create_customer", "ask_for_call_back", "ask_unit"),
}
LEAVES_OUT = {"workspace:mark-letters"}  # of a list, what is not theirs stays as it is
# With the words that fit all others these are refused for what they say, before or after the right is asked for.
MORE: dict[str, dict[str, object]] = {
    "workspace:assign": {"assignee": ""},  # take it; giving it to others is walked in tests/web/test_labels.py
    "assign_case": {"assignee": "anyone"},
    "workspace:mark-letters": {"state": "printed"},
    "workspace:customer-merge": {"other": str(OUT)},
    "workspace:new-asset": {"kind": "1"},
    "branch:session": {"to": "open"},
    "branch:lobby-take": {"business": "pay", "contact": ""},
    "studio:tokens": {"staff": ""},
    "studio:new-thing/roles": {"permissions": ["people"]},
    "take_number": {"business": "pay"},
    "ask_approval": {"staff": ["lead"], "needs": "one"},
    "correct_wait": {"begin": "2026-03-03T10:00:00+08:00", "end": "2026-03-03T11:00:00+08:00"},
}
# These are about something that the house has none of, or has none that they could be done to; that they are refused
# without the right is walked all the same.
NOT_THERE = {
    *("workspace:answer-urge", "workspace:decide-extension", "workspace:call-note"),
    "workspace:replace-approver",
    *("workspace:text-again", "workspace:text-in-again"),
    *("decide_extension", "answer_urge", "arrive", "cancel_appointment", "excuse_absence", "read_notice"),
    *(f"branch:appointment-act/{verb}" for verb in ("arrive", "cancel", "excuse")),
    "answer_survey",
    *("studio:branch-queue", "studio:calendar", "studio:special-day", "studio:level", "studio:draft"),
    *(
        "studio:discard-draft",
        "studio:discard-template",
        "studio:move-template",
        "studio:publish-template",
        "studio:revoke",
        "studio:unit",
    ),
    *("studio:send-notice", "studio:webhook-again", "studio:webhook-secret"),
    "studio:person",  # they may do more than one does oneself
}
WITHOUT_ROWS = {
    *("blocked", "blocked-files", "checks", "classes", "equipment", "exchanges", "extensions", "macros", "notices"),
    *("roles", "tiers", "webhooks"),
}
NOT_THERE |= {f"studio:thing/{section}" for section in WITHOUT_ROWS}
WRITES["ask_again"] = (replace(WRITES["ask_again"][0], path=f"{WRITES['ask_again'][0].path}?note=x"), {})


def lacking(name: str) -> set[Rights]:
    """Everything but one right of each way."""
    ways = ways_of(WRITES[name][0])
    assert ways is not None
    return {EVERYTHING - set(missing) for missing in product(*ways)} if all(ways) else set()


def sets_of(chosen: Callable[[str], Any]) -> dict[Rights, list[str]]:
    """Which writes to try with which rights."""
    found: dict[Rights, list[str]] = defaultdict(list)
    for name in WRITES:
        for rights in chosen(name):
            found[frozenset(rights)].append(name)
    return found


def tried(client, house, who: Staff, names: list[str], rights: Rights, reach: Reach = Reach.SUBTREE):
    """By its name: what is answered, and what was changed."""
    client.force_login(who)
    Role.objects.filter(pk=house.role.pk).update(permissions=sorted(map(str, rights)), reach=reach)
    found = {}
    for name in names:
        told: list = []
        with house.ground.undone(told):
            answer = sent(client, house, name, house.words[who])
        found[name] = (answer, told)
    return found


def sent(client, house, name: str, word: str) -> int:
    door, schema = WRITES[name]
    if ":" in name:
        return int(post(client, house, door, OUT, house.demo.units["city"].pk, MORE.get(name)).status_code)
    return int(call(client, house, door, schema, OUT, "city", word, MORE.get(name, {})).status_code)


def begins_own(name: str) -> bool:
    """Where a right elsewhere is enough to come in: to begin something there. Settings narrow what a form offers to one's
    own units; `test_reach` sends those forms.
    """
    return name in WHERE_ONE_MAY or name.startswith("studio:")


@pytest.fixture
def browser(client):
    """And the number and the counter are nobody's yet: what is a colleague's is for those who look after the hall."""
    client.raise_request_exception = False  # a row moved by hand may be more than a verb can bear
    Ticket.objects.filter(pk=OUT).update(counter=None, branch=Branch.objects.get(unit__code="east"))
    Counter.objects.update(staff=None)
    return client


def test_without_the_right_that_covers_it_nothing_is_done(browser, house):
    """Whoever holds every other right there, and every right elsewhere: it is asked for at the unit of the thing."""
    wrong = []
    for rights, names in sets_of(lacking).items():
        missing = "+".join(sorted(EVERYTHING - rights))
        for who in (house.insider, house.anyone):
            chosen = [name for name in names if begins_own(name) == (who == house.anyone)]
            for name, (status, told) in tried(browser, house, who, chosen, rights).items():
                passed = status not in REFUSED and name not in LEAVES_OUT
                wrong += [(name, f"without {missing}", status, told)] if told or passed else []
    assert wrong == [], wrong


def test_with_nothing_but_the_right_that_covers_it_one_is_let_in(browser, house):
    wrong = set()
    for rights, names in sets_of(lambda name: ways_of(WRITES[name][0])).items():
        for name, (status, _told) in tried(browser, house, house.anyone, names, rights).items():
            wrong |= {(name, "+".join(sorted(rights)), status)} if status in REFUSED else set()
    more = sorted(one for one in wrong if one[0] not in NOT_THERE)
    assert more == [], more
    assert NOT_THERE - {name for name, *_rest in wrong} == set()


DEMO_ROLES = ("agent", "clerk", "lobby", "supervisor", "admin", "surveyor", "planner", "builder", "inspector")


def walked(browser, house, role: Role, names: list[str]) -> list[tuple[Any, ...]]:
    """Where a role of the demo is let in though no right of it covers the write, or refused though one does."""
    rights = frozenset(Permission(one) for one in role.permissions)
    wrong: list[tuple[Any, ...]] = []
    for name, (status, told) in tried(browser, house, house.anyone, names, rights, Reach(role.reach)).items():
        covered = any(way <= rights for way in ways_of(WRITES[name][0]) or ())
        if covered and name not in NOT_THERE:
            wrong += [(name, "is refused", status)] if status in REFUSED else []
        elif not covered:
            wrong += [(name, "is not refused", status, told)] if told or status not in REFUSED else []
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("code", DEMO_ROLES)
def test_a_role_of_the_demo_does_what_its_labels_say_and_no_more(browser, house, code):
    assert walked(browser, house, house.demo.roles[code], list(WRITES)) == []


@pytest.mark.parametrize(("code", "turn"), [(code, turn) for turn, code in enumerate(DEMO_ROLES)])
def test_a_share_of_all_writes_for_each_role_of_the_demo(browser, house, code, turn):
    """All of them for all: with the slow ones."""
    assert walked(browser, house, house.demo.roles[code], list(WRITES)[turn :: len(DEMO_ROLES)]) == []


def test_no_role_of_the_demo_is_left_out(house):
    assert set(house.demo.roles) == set(DEMO_ROLES)
