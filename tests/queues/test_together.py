"""Numbers and calls of several branches, done in one transaction, come out as if each had come alone."""

import uuid
from datetime import timedelta

import pytest
from django.db import connections
from django.db.models import Model

from ruoshui.core.actors import SYSTEM
from ruoshui.core.gathering import ALONE
from ruoshui.core.models import RecordedEvent
from ruoshui.core.statements import run
from ruoshui.core.writing import update_all
from ruoshui.queues.actions import open_counter
from ruoshui.queues.actions.calling_next import Asking, _call_all
from ruoshui.queues.actions.issuing import NumberWish, _issue_all
from ruoshui.queues.models import Branch, Ticket, TicketState
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(opened_counters):
    def made(branch, business="pay", **values):
        given = {
            "key": uuid.uuid4(),
            "customer": None,
            "appointment": None,
            "care": "",
            "draft": {},
            "at": NOW,
        } | values
        return NumberWish(
            branch=branch,
            business=opened_counters.business[business],
            source="api",
            language="en",
            by=SYSTEM,
            **given,
        )

    return made


@pytest.fixture
def asking():
    def made(counter, after=0, minute=5, **values):
        return Asking(counter, after, values.get("gives_up", False), SYSTEM, NOW + timedelta(minutes=minute))

    return made


def facts(ticket):
    names = ("branch_id", "queue_id", "number", "state", "rank", "place_at", "said_ahead", "said_expected", "key")
    return {name: getattr(ticket, name) for name in names}


def told_of(ticket):
    events = RecordedEvent.objects.filter(about_kind="queues.ticket", about_id=ticket.pk).order_by("id")
    return [(event.kind, event.data["branch"]) for event in events]


def test_two_branches_give_a_number_each(opened_counters, wish):
    wishes = [wish(opened_counters.branch), wish(opened_counters.west)]
    tickets = _issue_all(wishes, alone=False)
    kept = [Ticket.objects.get(key=asked.key) for asked in wishes]
    assert [facts(ticket) for ticket in tickets] == [facts(ticket) for ticket in kept]
    assert [ticket.branch_id for ticket in kept] == [opened_counters.branch.pk, opened_counters.west.pk]
    assert [told_of(ticket) for ticket in kept] == [[("queues.ticket_issued", asked.branch.pk)] for asked in wishes]
    assert [ticket.seq for ticket in kept] == [Branch.objects.get(pk=asked.branch.pk).seq for asked in wishes]


def test_the_next_number_is_the_same_whether_given_alone_or_together(opened_counters, wish):
    first, second, third = (wish(opened_counters.branch) for _each in range(3))
    (alone,) = _issue_all([first], alone=True)
    together, _west = _issue_all([second, wish(opened_counters.west)], alone=False)
    (after,) = _issue_all([third], alone=True)
    numbers = [int(ticket.number[1:]) for ticket in (alone, together, after)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    assert [ticket.said_ahead for ticket in (alone, together, after)] == [0, 1, 2]


def test_a_number_asked_for_again_among_others_is_the_same(opened_counters, wish):
    first = wish(opened_counters.branch)
    (given,) = _issue_all([first], alone=True)
    again, other = _issue_all([first, wish(opened_counters.west)], alone=False)
    assert again == given
    assert other.branch_id == opened_counters.west.pk


def test_who_is_refused_is_left_to_ask_alone_and_changes_nothing(opened_counters, wish):
    midnight = wish(opened_counters.west, at=NOW + timedelta(hours=14))
    given, refused = _issue_all([wish(opened_counters.branch), midnight], alone=False)
    assert isinstance(given, Ticket)
    assert refused is ALONE
    assert not Ticket.objects.filter(branch=opened_counters.west, key=midnight.key).exists()


def test_a_branch_that_somebody_else_is_changing_holds_up_no_other(opened_counters, wish):
    own = connections.create_connection("default")
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SELECT 1 FROM queues_branch WHERE id = %s FOR UPDATE", [opened_counters.west.pk])
        given, waits = _issue_all([wish(opened_counters.branch), wish(opened_counters.west)], alone=False)
        assert isinstance(given, Ticket)
        assert waits is ALONE
    finally:
        own.rollback()
        own.close()


def test_counters_of_two_branches_call_their_own_next(opened_counters, wish, asking):
    counter = opened_counters.west.counters.order_by("number").first()
    open_counter(counter, staff=opened_counters.demo.staff["wang"], by=SYSTEM, at=NOW)
    here, there = _issue_all([wish(opened_counters.branch), wish(opened_counters.west)], alone=False)
    called = _call_all([asking(opened_counters.counters[1]), asking(counter)], alone=False)
    assert called == [here, there]
    kept = [Ticket.objects.get(pk=ticket.pk) for ticket in called]
    assert [(ticket.state, ticket.counter_id, ticket.calls) for ticket in kept] == [
        (TicketState.CALLED, opened_counters.counters[1].pk, 1),
        (TicketState.CALLED, counter.pk, 1),
    ]
    assert [told_of(ticket)[-1][0] for ticket in kept] == ["queues.ticket_called"] * 2


def test_who_did_not_come_and_who_is_next_change_together(opened_counters, wish, asking):
    counter = opened_counters.west.counters.order_by("number").first()
    open_counter(counter, staff=opened_counters.demo.staff["wang"], by=SYSTEM, at=NOW)
    first, _west = _issue_all([wish(opened_counters.branch), wish(opened_counters.west)], alone=False)
    (second,) = _issue_all([wish(opened_counters.branch)], alone=True)
    _call_all([asking(opened_counters.counters[1])], alone=True)
    gone = asking(opened_counters.counters[1], after=first.pk, minute=8, gives_up=True)
    assert _call_all([gone, asking(counter)], alone=False)[0] == second
    states = {ticket.pk: ticket.state for ticket in Ticket.objects.filter(pk__in=[first.pk, second.pk])}
    assert states == {first.pk: TicketState.NO_SHOW, second.pk: TicketState.CALLED}


def test_a_busy_counter_is_left_to_hear_why_and_the_other_is_served(opened_counters, wish, asking):
    counter = opened_counters.west.counters.order_by("number").first()
    open_counter(counter, staff=opened_counters.demo.staff["wang"], by=SYSTEM, at=NOW)
    _issue_all([wish(opened_counters.branch), wish(opened_counters.west)], alone=False)
    _call_all([asking(opened_counters.counters[1])], alone=True)
    busy, served = _call_all([asking(opened_counters.counters[1], after=None), asking(counter)], alone=False)
    assert busy is ALONE
    assert served.branch_id == opened_counters.west.pk


@pytest.mark.parametrize("counted", [False, True], ids=["a table nobody counted", "a table counted while empty"])
def test_changing_two_of_many_numbers_reads_no_others(take, counted):
    """Kept from when the table was small, the statement must do when it is large: no plan that reads all of it."""
    if counted:
        run("ANALYZE queues_ticket", [])
    tickets = [take(minute=number) for number in range(20)]
    run("SELECT set_config('enable_seqscan', 'off', true)", [])
    before = _rows_read(Ticket)
    for ticket in tickets[:2]:
        ticket.note = "changed"
    update_all(tickets[:2], ["note"])
    assert _rows_read(Ticket) - before == 2
    assert Ticket.objects.filter(note="changed").count() == 2


def _rows_read(model: type[Model]) -> int:
    """Rows of its table that this connection read: PostgreSQL counts those of a plain index scan for the index."""
    ((rows,),) = run(
        "SELECT pg_stat_get_xact_tuples_returned(t.oid) + pg_stat_get_xact_tuples_fetched(t.oid) + "
        "(SELECT sum(pg_stat_get_xact_tuples_fetched(indexrelid)) FROM pg_index WHERE indrelid = t.oid) "
        "FROM pg_class t WHERE t.oid = %s::regclass",
        [model._meta.db_table],
    )
    return int(rows)
