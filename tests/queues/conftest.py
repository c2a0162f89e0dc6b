"""Shorthands of the hall: the demo's east branch, its counters with a clerk, numbers and calls."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.conftest import NOW


@pytest.fixture
def hall(demo: SimpleNamespace) -> SimpleNamespace:
    """hall.branch, hall.counters[1], hall.business["pay"], hall.queues["A"], hall.clerks[1] at counter 1 …"""
    from ruoshui.queues.models import Branch, Business

    branch = Branch.objects.select_related("unit").get(unit=demo.units["east"])
    return SimpleNamespace(
        branch=branch,
        west=Branch.objects.select_related("unit").get(unit=demo.units["west"]),
        counters={counter.number: counter for counter in branch.counters.select_related("branch")},
        business={one.code: one for one in Business.objects.select_related("type")},
        queues={queue.prefix: queue for queue in branch.queues.all()},
        clerks={1: demo.staff["east"], 2: demo.staff["lobby"], 3: demo.staff["east2"]},
        by=demo.staff["east"].actor,
        demo=demo,
    )


@pytest.fixture
def take(hall: SimpleNamespace) -> Callable:
    """Take a number: take(), take("connect", minute=3, customer=…)."""
    from ruoshui.core.actors import SYSTEM
    from ruoshui.queues.actions import issue_ticket

    def issue(business: str = "pay", minute: float = 0, **values):
        return issue_ticket(
            hall.branch, business=hall.business[business], by=SYSTEM, at=NOW + timedelta(minutes=minute), **values
        )

    return issue


@pytest.fixture
def opened_counters(hall: SimpleNamespace) -> SimpleNamespace:
    """The hall with counters 1 and 3 open."""
    from ruoshui.queues.actions import open_counter

    for number in (1, 3):
        open_counter(hall.counters[number], staff=hall.clerks[number], by=hall.clerks[number].actor, at=NOW)
    return hall


@pytest.fixture
def book(opened_counters: SimpleNamespace, customer) -> Callable:
    """An appointment to pay, of the one customer or of `who`."""
    from ruoshui.core.actors import SYSTEM
    from ruoshui.queues.actions import book_appointment

    def appointment(starts_at, who=customer):
        pay = opened_counters.business["pay"]
        return book_appointment(
            opened_counters.branch, business=pay, customer=who, starts_at=starts_at, by=SYSTEM, at=NOW
        )

    return appointment


@pytest.fixture
def call(hall: SimpleNamespace) -> Callable:
    from ruoshui.queues.actions import call_next

    def next_at(number: int = 1, minute: float = 5, **values):
        counter = hall.counters[number]
        return call_next(counter, by=hall.clerks[number].actor, at=NOW + timedelta(minutes=minute), **values)

    return next_at
