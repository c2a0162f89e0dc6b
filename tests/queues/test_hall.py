"""Moving, caring, counters, identity, drafts of cases, appointments, learning: the rules behind the screens."""

from datetime import timedelta

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.queues import actions
from ruoshui.queues.floor import floor_of, forget_floors
from ruoshui.queues.models import CounterSession, LeftReason, Ticket, TicketState
from ruoshui.queues.refusals import (
    AppointmentNotFound,
    AppointmentOver,
    AtAnotherCounter,
    CounterBusy,
    CounterTaken,
    NotAtCounter,
    SameQueue,
    SlotFull,
    SlotNotOffered,
    TooEarly,
)
from tests.conftest import NOW, at, misread, refused

pytestmark = pytest.mark.django_db


def minutes(n: float):
    return NOW + timedelta(minutes=n)


def test_who_is_moved_keeps_the_place_his_arrival_gives_him(opened_counters, take, call):
    early = take("ask")
    take(minute=3)
    actions.move_ticket(early, queue=opened_counters.queues["A"], by=SYSTEM, at=minutes(4))
    assert call(1).number == early.number


def test_who_is_moved_to_the_end_waits_behind_the_others(opened_counters, take, call):
    early = take("ask")
    other = take(minute=3)
    actions.move_ticket(early, queue=opened_counters.queues["A"], keeps_place=False, by=SYSTEM, at=minutes(4))
    assert call(1).number == other.number


def test_a_number_sent_to_one_counter_is_called_by_no_other(opened_counters, take, call):
    ticket = take()
    actions.move_ticket(ticket, counter=opened_counters.counters[3], by=SYSTEM, at=minutes(1))
    assert call(1) is None
    assert call(3) == ticket


def test_moving_to_where_one_is_is_refused(opened_counters, take):
    with refused(SameQueue):
        actions.move_ticket(take(), by=SYSTEM, at=minutes(1))


def test_a_queue_of_another_branch_does_not_exist_here(opened_counters, take):
    elsewhere = opened_counters.west.queues.first()
    with refused(NotFound):
        actions.move_ticket(take(), queue=elsewhere, by=SYSTEM, at=minutes(1))


def test_who_is_being_served_may_be_passed_on_with_his_case(opened_counters, take, call):
    take("pay")
    ticket = call(1)
    case = actions.start_service(ticket, by=opened_counters.by, at=minutes(6))
    actions.move_ticket(ticket, counter=opened_counters.counters[3], by=opened_counters.by, at=minutes(9))
    again = call(3, 10)
    assert actions.start_service(again, by=opened_counters.by, at=minutes(11)) == case
    assert again == ticket


def test_who_needs_care_goes_first_and_stays_first_when_moved(opened_counters, take, call):
    take(), take(minute=1)
    old = take("ask", minute=9)
    actions.care_for(old, care="elderly", by=SYSTEM, at=minutes(10))
    actions.move_ticket(old, queue=opened_counters.queues["A"], by=SYSTEM, at=minutes(11))
    assert call(1, 12).number == old.number
    with refused(Invalid):
        actions.care_for(take(minute=13), care="hungry", by=SYSTEM, at=minutes(14))


def test_on_hold_the_counter_is_free_and_later_one_goes_on_without_calling(opened_counters, take, call):
    take(), take(minute=1)
    first = call(1)
    actions.start_service(first, by=opened_counters.by, at=minutes(6))
    actions.hold_service(first, reason="补材料", by=opened_counters.by, at=minutes(7))
    second = call(1, 8)
    with refused(CounterBusy):
        actions.resume_service(first, counter=opened_counters.counters[1], by=opened_counters.by, at=minutes(9))
    actions.mark_not_come(second, by=opened_counters.by, at=minutes(10))
    actions.resume_service(first, counter=opened_counters.counters[1], by=opened_counters.by, at=minutes(11))
    assert (first.state, first.calls) == (TicketState.SERVING, 1)


def test_a_counter_is_one_persons_and_a_person_sits_at_one_counter(opened_counters, demo):
    with refused(CounterTaken):
        actions.open_counter(opened_counters.counters[1], staff=demo.staff["lobby"], by=SYSTEM, at=minutes(1))
    with refused(AtAnotherCounter):
        actions.open_counter(opened_counters.counters[2], staff=demo.staff["east"], by=SYSTEM, at=minutes(1))


def test_a_counter_with_a_customer_cannot_pause_or_close(opened_counters, take, call):
    take(), call(1)
    for verb in (actions.pause_counter, actions.close_counter):
        with refused(CounterBusy):
            verb(opened_counters.counters[1], by=SYSTEM, at=minutes(6))


def test_every_stretch_at_a_counter_is_a_session(opened_counters, demo):
    counter = opened_counters.counters[1]
    actions.pause_counter(counter, reason="午饭", by=SYSTEM, at=minutes(60))
    actions.open_counter(counter, staff=demo.staff["east"], by=SYSTEM, at=minutes(90))
    actions.close_counter(counter, by=SYSTEM, at=minutes(120))
    rows = CounterSession.objects.filter(counter=counter).order_by("since").values_list("kind", "since", "until")
    assert list(rows) == [
        ("open", NOW, minutes(60)),
        ("paused", minutes(60), minutes(90)),
        ("open", minutes(90), minutes(120)),
    ]


def test_a_phone_a_reference_or_a_signed_code_say_who_it_is_but_a_shared_phone_does_not(demo, customer):
    from ruoshui.customers.actions import register_customer

    assert actions.find_visitor("138-0000-9999") == customer
    assert actions.find_visitor("xu@example.com") == customer
    assert actions.find_visitor(actions.customer_code(customer)) == customer
    assert actions.find_visitor(misread(actions.customer_code(customer))) is None
    register_customer(name="许武", contacts=[("phone", "13800009999")], unit=demo.units["city"], at=NOW)
    assert actions.find_visitor("13800009999") is None
    assert actions.find_visitor("") is None


def test_who_is_recognised_while_waiting_moves_up_to_his_class_but_never_down(opened_counters, take, customer):
    from ruoshui.customers.models import Tier

    customer.tier = Tier.objects.get(code="gold")
    customer.save()
    ticket = take()
    actions.identify_visitor(ticket, customer, by=opened_counters.by, at=minutes(1))
    assert (ticket.queue.prefix, ticket.customer) == ("G", customer)
    assert ticket.number == "A001"


def test_numbers_left_over_are_over_two_hours_after_closing(hall):
    ticket = actions.issue_ticket(hall.west, business=hall.business["pay"], by=SYSTEM, at=NOW)
    assert actions.send_home(at("2026-03-04 19:30")) == 0
    assert actions.send_home(at("2026-03-04 20:30")) == 1
    ticket.refresh_from_db()
    assert (ticket.state, ticket.left_reason) == (TicketState.LEFT, LeftReason.CLOSING)


def test_an_appointment_keeps_its_place_and_coming_early_gains_nothing(opened_counters, take, book):
    slot = at("2026-03-04 11:00")
    booked = book(slot)
    walk_in = take(minute=45)  # 10:45: before the ten minutes that an appointment counts as earlier
    late = take(minute=52)
    ticket = actions.arrive(booked, by=SYSTEM, at=minutes(46))
    assert ticket.place_at == slot - timedelta(minutes=10)
    assert [one.pk for one in Ticket.objects.order_by("rank", "place_at", "pk")] == [walk_in.pk, ticket.pk, late.pk]
    assert actions.arrive(booked, by=SYSTEM, at=minutes(47)) == ticket


def test_who_comes_too_late_for_his_appointment_queues_like_others(book):
    slot = at("2026-03-04 11:00")
    booked = book(slot)
    assert actions.arrive(booked, by=SYSTEM, at=at("2026-03-04 11:11")).place_at == at("2026-03-04 11:11")


def test_a_time_has_so_many_places_and_no_more(book, demo):
    from ruoshui.customers.actions import register_customer

    def book_for(name: str, starts_at):
        return book(starts_at, register_customer(name=name, unit=demo.units["city"], at=NOW))

    slot = at("2026-03-05 09:30")
    first = book_for("甲", slot)
    book_for("乙", slot)
    with refused(SlotFull):
        book_for("丙", slot)
    with refused(SlotNotOffered):
        book_for("丙", at("2026-03-05 09:17"))
    actions.cancel_appointment(first, by=SYSTEM, at=minutes(1))
    book_for("丙", slot)
    with refused(AppointmentOver):
        actions.arrive(first, by=SYSTEM, at=slot)


def test_an_appointment_of_another_day_gives_no_number_today(opened_counters, book):
    from ruoshui.queues.actions.booking import find_appointment

    booked = book(at("2026-03-05 09:30"))
    with refused(TooEarly):
        actions.arrive(booked, by=SYSTEM, at=minutes(1))
    assert find_appointment(opened_counters.branch, "13800009999", minutes(1)) is None
    assert find_appointment(opened_counters.branch, booked.code, at("2026-03-05 09:00")) == booked
    assert AppointmentNotFound.status == 404


def test_an_appointment_is_reminded_of_once(book, mailoutbox):
    book(at("2026-03-06 09:30"))
    assert actions.remind_all(at("2026-03-05 09:00")) == 0
    assert actions.remind_all(at("2026-03-05 10:00")) == 1
    assert actions.remind_all(at("2026-03-05 10:01")) == 0
    assert [mail.to for mail in mailoutbox] == [["Xu@Example.com"]]


def test_a_reminder_that_no_mail_server_takes_is_sent_later_and_holds_up_no_other(book, demo, mailoutbox, monkeypatch):
    from ruoshui.core.models import RecordedEvent
    from ruoshui.customers.actions import register_customer

    mail = [("email", "he@example.com")]
    other = register_customer(name="何", contacts=mail, unit=demo.units["city"], at=NOW)
    first, second = book(at("2026-03-06 09:30")), book(at("2026-03-06 10:30"), other)
    refused = [True, False]

    def send(message, *_more, **_options):
        if refused and refused.pop(0):
            raise ConnectionRefusedError("smtp is down")
        mailoutbox.append(message)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    assert actions.remind_all(at("2026-03-05 11:00")) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reminded_at, second.reminded_at) == (None, at("2026-03-05 11:00"))
    assert actions.remind_all(at("2026-03-05 11:04")) == 0
    assert actions.remind_all(at("2026-03-05 11:05")) == 1
    assert [first.code in mail.body or second.code in mail.body for mail in mailoutbox] == [True, True]
    reminded = RecordedEvent.objects.filter(kind="queues.appointment_reminded", at__gte=at("2026-03-05 00:00"))
    assert sorted(reminded.values_list("about_id", flat=True)) == sorted([first.pk, second.pk])


def test_nobody_is_reminded_once_the_appointment_has_begun(book, mailoutbox, monkeypatch):
    booked = book(at("2026-03-06 09:30"))
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *_all, **_more: 1 / 0)
    assert actions.remind_all(at("2026-03-06 09:29")) == 0
    monkeypatch.undo()
    assert actions.remind_all(at("2026-03-06 09:40")) == 0
    booked.refresh_from_db()
    assert (booked.reminded_at, mailoutbox) == (None, [])


def test_an_anonymous_visitor_is_asked_too(opened_counters, take, call):
    from ruoshui.core.models import RecordedEvent
    from ruoshui.feedback.actions import invite

    take()
    ticket = call(1)
    case = actions.start_service(ticket, by=opened_counters.by, at=minutes(6))
    actions.finish_service(ticket, outcome="solved", by=opened_counters.by, at=minutes(9))
    closing = RecordedEvent.objects.filter(kind="cases.closed", about_id=case.pk).latest("id")
    assert invite(case, closing=closing.pk, outcome="solved", at=minutes(9)) is not None


def test_a_floor_made_late_sees_the_same_hall_as_one_that_was_there(opened_counters, take, call):
    take(), take("connect", 1), take(minute=2)
    with floor_of(opened_counters.branch.pk, minutes(3)) as floor:
        assert len(floor.waiting()) == 3
    actions.mark_not_come(call(1), by=opened_counters.by, at=minutes(6))
    take(minute=7)

    def seen():
        with floor_of(opened_counters.branch.pk, minutes(8)) as floor:
            waiting = [line.number for line in floor.waiting()]
            return waiting, sorted(floor.open), floor.pools[0].watch.everyone.busy, floor.pools[0].watch.waiting

    there = seen()
    forget_floors()
    assert seen() == there


def test_a_refused_number_leaves_no_trace_in_the_floor(opened_counters, take):
    take()
    with refused(Invalid):
        take(minute=1, draft={"account": "wrong"})
    with floor_of(opened_counters.branch.pk, minutes(2)) as floor:
        assert [line.number for line in floor.waiting()] == ["A001"]
    assert take(minute=3).number == "A002"


def test_a_finished_service_cannot_be_finished_again(opened_counters, take, call):
    take()
    ticket = call(1)
    actions.start_service(ticket, by=opened_counters.by, at=minutes(6))
    actions.finish_service(ticket, outcome="solved", by=opened_counters.by, at=minutes(9))
    with refused(NotAtCounter):
        actions.finish_service(ticket, outcome="solved", by=opened_counters.by, at=minutes(10))
