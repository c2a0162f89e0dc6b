"""Nobody changes what hangs on a confidential case, or makes it known, who may not see it; and who may can."""

from collections import defaultdict
from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from ruoshui.organization.models import Scope
from tests.secrecy.visitors import Visitor, customer, nobody, person, program
from tests.secrecy.watch import Watch
from tests.secrecy.writes import Write, writes

# What was asked of a unit is done there, and told to the case; a number of the hall is served there, whatever its case.
# Whoever supervises there urges them, and more time for it is asked for there: its promise is theirs, the case's is not.
ITS_PROMISE = {"sla.Clock/request", "sla.Urge/request", "sla.Extension/request"}
ASKED = {"sla.InternalRequest", "processes.Task", "core.RecordedEvent", *ITS_PROMISE}
MAY = {"net": ASKED, "netlead": ASKED, "auditor": ASKED, "lobby": {"queues.Ticket"}, "east": {"queues.Ticket"}}
FOR_WHO_ASKED = ("work/requests/<int:pk>/withdrawal", "work/requests/<int:pk>/again", "work/requests/<int:pk>/rating")
LEAST_CHANGED = 20  # tables, of some forty
LEAST_DONE = 45  # addresses, of some 190
EVERYBODY = (
    *("chen", "auditor", "south", "lobby", "net", "wang", "zhao"),
    *("east", "east2", "west", "field", "overseer", "netlead"),
)


def walk(watch: Watch, visitor: Visitor, all_writes: Iterable[Write]) -> dict[str, set[str]]:
    """By door, what happened to the rows of the secret case."""
    done: dict[str, set[str]] = defaultdict(set)
    for one in all_writes:
        if visitor.may_knock(one.path):
            told: set[str] = set()
            with watch.undone(told):
                one.by(visitor)
            if told:
                done[one.door] |= told
    return dict(done)


def outsiders(world: SimpleNamespace, names: Iterable[str]) -> list[Visitor]:
    programs = [program(world, "chen", scope) for scope in Scope.values]
    return [*(person(world, name) for name in names), nobody(world), customer(world), *programs]


def refused_to(watch: Watch, visitors: Iterable[Visitor], all_writes: list[Write]) -> list[tuple[str, str, str]]:
    """Who changed what by which door, though they may not."""
    return [
        (visitor.name, door, what)
        for visitor in visitors
        for door, told in walk(watch, visitor, all_writes).items()
        for what in told
        if what.partition(" ")[0] not in MAY.get(visitor.name, ()) or door.startswith(FOR_WHO_ASKED)
    ]


def test_who_may_changes_what_hangs_on_a_secret_case_and_nobody_else_does(world: SimpleNamespace) -> None:
    """First that these writes do something: otherwise nobody would do anything."""
    watch, short = Watch(world), writes(world, is_short=True)
    done = walk(watch, person(world, "admin"), short) | walk(watch, program(world, "admin"), short)
    changed = {what.partition(" ")[0] for told in done.values() for what in told}
    assert len(changed) >= LEAST_CHANGED, sorted(changed)
    assert len(done) >= LEAST_DONE, sorted(done)
    assert refused_to(watch, outsiders(world, ("chen", "south", "auditor")), short) == []


@pytest.mark.slow
def test_nobody_at_all_changes_it_by_any_door(world: SimpleNamespace) -> None:
    watch, every = Watch(world), writes(world, is_short=False)
    assert refused_to(watch, outsiders(world, EVERYBODY), every) == []
