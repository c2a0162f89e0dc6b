"""One customer holds so many appointments and no more; who does not come is on record, and online booking pauses."""

import threading
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.models import RecordedEvent
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.queues import actions
from ruoshui.queues.absences import Absences, absences_of, absences_of_all
from ruoshui.queues.actions.booking import find_appointment, slots_of
from ruoshui.queues.models import Appointment, Branch
from ruoshui.queues.queries import attendance
from ruoshui.queues.refusals import (
    AppointmentMissed,
    BookingPaused,
    NotMissed,
    TooManyAppointments,
)
from ruoshui.queues.setup import setup_of
from tests.conftest import NOW, at, refused

MORNING, LATER = at("2026-03-05 09:30"), at("2026-03-05 14:00")


@pytest.fixture
def reserve(hall, customer):
    """reserve(MORNING), reserve(LATER, "connect", where=hall.west, who=…)."""

    def make(starts_at, business="pay", *, where=None, who=customer, now=NOW, **more):
        what = {"business": hall.business[business], "customer": who, "starts_at": starts_at}
        return actions.book_appointment(where or hall.branch, **what, by=SYSTEM, at=now, **more)

    return make


def set_up(hall, **values):
    branch = Branch.objects.select_related("unit").get(pk=hall.branch.pk)
    configure(branch, values, by=SYSTEM, at=NOW)


def events(kind):
    return list(RecordedEvent.objects.filter(kind=f"queues.{kind}").order_by("id"))


def test_a_customer_has_one_appointment_for_a_business_and_day_in_all_branches(hall, reserve):
    first = reserve(MORNING)
    for where in (hall.branch, hall.west):
        with refused(TooManyAppointments) as told:
            reserve(LATER, where=where)
        assert told.value.details["earlier"] == [first]
    assert reserve(MORNING) == first  # the same again is the same
    reserve(LATER, "connect")
    reserve(at("2026-03-06 09:30"))
    actions.cancel_appointment(first, by=SYSTEM, at=NOW)
    assert reserve(LATER, where=hall.west).starts_at == LATER


def test_who_has_come_may_book_again(hall, opened_counters, reserve):
    first = reserve(at("2026-03-04 11:00"))
    actions.arrive(first, by=SYSTEM, at=at("2026-03-04 10:55"))
    assert reserve(at("2026-03-04 15:00")).starts_at == at("2026-03-04 15:00")


@pytest.mark.parametrize(("most", "possible"), [(2, 2), (0, 3)])
def test_a_branch_says_how_many_and_none_is_no_limit(hall, reserve, most, possible):
    set_up(hall, appointments_a_day=most)
    made = 0
    for hour in (9, 10, 11):
        try:
            reserve(at(f"2026-03-05 {hour:02d}:30"))
            made += 1
        except TooManyAppointments:
            pass
    assert made == possible


def test_records_that_were_merged_hold_one_appointment_together(hall, demo, customer, reserve):
    double = register_customer(name="许文", unit=demo.units["city"], at=NOW)
    reserve(MORNING, who=double)
    merge_customers(customer, double, by=SYSTEM, at=NOW)
    with refused(TooManyAppointments):
        reserve(LATER)


@pytest.fixture
def cleaned(demo):
    """What the threads have committed is gone afterwards, also from the event table, which only adds."""
    yield
    given = connection.settings_dict
    place = {"dbname": given["NAME"], "user": given["USER"], "password": given["PASSWORD"], "host": str(given["HOST"])}
    with closing(psycopg.connect(autocommit=True, **place)) as line:
        line.execute("SET session_replication_role = replica")
        made = [row[0] for row in line.execute("SELECT id FROM customers_customer WHERE name = '六个同时'").fetchall()]
        line.execute("DELETE FROM core_event WHERE about_kind = 'queues.appointment'")
        line.execute("DELETE FROM core_event WHERE about_kind = 'customers.customer' AND about_id = ANY(%s)", [made])
        line.execute("DELETE FROM queues_appointment WHERE customer_id = ANY(%s)", [made])
        line.execute("DELETE FROM customers_customer WHERE id = ANY(%s)", [made])


def test_six_bookings_at_once_in_two_branches_make_one(cleaned, hall):
    kept: list[int] = []

    def outside(work):
        """In a thread, so that what it writes is there for the others."""
        one = threading.Thread(target=work)
        one.start()
        one.join(30)

    def register():
        kept.append(register_customer(name="六个同时", at=NOW).pk)
        connection.close()

    outside(register)
    start, made, no = threading.Barrier(6), [], []

    def book(number):
        from ruoshui.customers.models import Customer

        where = hall.branch if number % 2 else hall.west
        try:
            start.wait(20)
            who = Customer.objects.get(pk=kept[0])
            slot = MORNING + timedelta(minutes=30 * number)
            actions.book_appointment(
                where, business=hall.business["pay"], customer=who, starts_at=slot, by=SYSTEM, at=NOW
            )
            made.append(number)
        except Exception as why:
            no.append(type(why))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert (len(made), no) == (1, [TooManyAppointments] * 5)


def test_nobody_came_is_on_record_half_an_hour_after_the_time_and_frees_the_place(hall, reserve):
    one = reserve(MORNING)
    assert actions.settle_appointments(at("2026-03-05 09:59")) == 0
    assert actions.settle_appointments(at("2026-03-05 10:00")) == 1
    assert actions.settle_appointments(at("2026-03-05 10:01")) == 0
    one.refresh_from_db()
    assert (one.missed_at, one.excused_at, one.is_standing) == (at("2026-03-05 10:00"), None, False)
    [told] = events("appointment_not_come")
    assert (told.about_id, told.by_kind, told.data["counts"]) == (one.pk, "system", True)
    assert list(Appointment.objects.standing()) == []
    for work in (
        lambda: actions.arrive(one, by=SYSTEM, at=at("2026-03-05 10:05")),
        lambda: actions.cancel_appointment(one, by=SYSTEM, at=at("2026-03-05 10:05")),
    ):
        with refused(AppointmentMissed):
            work()
    # At the kiosk the code is answered truly: it is not unknown, its place is gone.
    assert find_appointment(hall.branch, one.code, at("2026-03-05 10:05")) == one
    assert reserve(LATER, now=at("2026-03-05 10:05")).starts_at == LATER


def test_each_branch_says_how_long_it_waits(hall, reserve):
    set_up(hall, missed_minutes=90)
    reserve(MORNING)
    assert actions.settle_appointments(at("2026-03-05 10:59")) == 0
    assert actions.settle_appointments(at("2026-03-05 11:00")) == 1


def test_who_has_come_or_cancelled_has_missed_nothing(hall, opened_counters, demo, reserve):
    came = reserve(at("2026-03-04 11:00"))
    actions.arrive(came, by=SYSTEM, at=at("2026-03-04 11:29"))
    other = register_customer(name="王", unit=demo.units["city"], at=NOW)
    gone = reserve(at("2026-03-04 11:00"), who=other)
    actions.cancel_appointment(gone, by=SYSTEM, at=at("2026-03-04 10:50"))
    assert actions.settle_appointments(at("2026-03-04 12:00")) == 0
    assert events("appointment_not_come") == []


def test_who_took_an_ordinary_number_that_day_was_there(hall, opened_counters, take, customer, reserve):
    one = reserve(at("2026-03-04 11:00"))
    ticket = take(minute=50, customer=customer)
    assert actions.settle_appointments(at("2026-03-04 12:00")) == 1
    one.refresh_from_db()
    assert (one.arrived_at, one.missed_at) == (ticket.joined_at, None)
    assert [told.data["number"] for told in events("appointment_kept")] == [ticket.number]


def test_a_day_on_which_the_branch_was_closed_counts_for_nobody(hall, customer, reserve):
    one = reserve(MORNING, where=hall.west)
    Appointment.objects.filter(pk=one.pk).update(starts_at=at("2026-03-08 03:00"))
    assert actions.settle_appointments(at("2026-03-08 04:00")) == 1
    one.refresh_from_db()
    assert one.excused_at == at("2026-03-08 04:00")
    assert absences_of(hall.branch, customer, at("2026-03-08 05:00")) == Absences()


def missed(customer, hall, *days):
    """As if nobody had come on these days."""
    for day in days:
        starts = at(f"{day} 09:30")
        Appointment.objects.create(
            branch=hall.branch,
            business=hall.business["pay"],
            customer=customer,
            starts_at=starts,
            booked_at=starts - timedelta(days=3),
            missed_at=starts + timedelta(minutes=30),
        )


def test_three_times_not_come_pause_online_booking_and_staff_still_book(hall, customer, reserve):
    missed(customer, hall, "2026-01-05", "2026-02-02")
    reserve(MORNING)
    missed(customer, hall, "2026-03-03")
    found = absences_of(hall.branch, customer, NOW)
    assert (found.times, found.paused_until) == (3, at("2026-04-02 09:30"))
    assert absences_of_all(hall.branch, [customer.pk, 0], NOW) == {customer.pk: found}
    with refused(BookingPaused) as told:
        reserve(at("2026-03-06 09:30"))
    assert "2026-04-02" in str(told.value)
    assert reserve(at("2026-03-06 09:30"), despite_absences=True).starts_at == at("2026-03-06 09:30")
    assert reserve(at("2026-04-03 09:30"), now=at("2026-04-02 09:31")).customer == customer


def test_old_ones_are_forgotten_and_the_branch_says_how_many_are_too_many(hall, customer, reserve):
    missed(customer, hall, "2025-11-20", "2026-02-02", "2026-03-03")
    assert absences_of(hall.branch, customer, NOW).paused_until is None  # the first is over 90 days before the last
    set_up(hall, missed_most=2, paused_days=10)
    with refused(BookingPaused):
        reserve(MORNING)
    set_up(hall, missed_most=0)
    assert reserve(MORNING).starts_at == MORNING


def test_what_is_excused_does_not_count(hall, customer, reserve):
    missed(customer, hall, "2026-02-02", "2026-02-10", "2026-03-03")
    one = Appointment.objects.filter(customer=customer).latest("starts_at")
    actions.excuse_absence(one, by=hall.by, at=NOW)
    actions.excuse_absence(one, by=hall.by, at=NOW)
    assert [told.by_id for told in events("absence_excused")] == [hall.demo.staff["east"].pk]
    assert absences_of(hall.branch, customer, NOW).times == 2
    standing = reserve(MORNING)
    with refused(NotMissed):
        actions.excuse_absence(standing, by=hall.by, at=NOW)


def test_the_figures_of_a_branch_count_who_came(hall, opened_counters, demo, customer, reserve):
    missed(customer, hall, "2026-03-02", "2026-03-03")
    came = reserve(at("2026-03-04 10:30"))
    actions.arrive(came, by=SYSTEM, at=at("2026-03-04 10:25"))
    off = reserve(at("2026-03-04 10:30"), "connect")
    actions.cancel_appointment(off, by=SYSTEM, at=NOW)
    found = attendance(hall.branch, NOW - timedelta(days=7), at("2026-03-04 11:00"))
    assert (found.booked, found.came, found.cancelled, found.excused) == (4, 1, 1, 0)
    assert (found.missed.hits, found.missed.n) == (2, 3)


def test_a_place_that_nobody_used_is_not_taken_from_the_times_offered(hall, reserve, demo):
    pay, setup = hall.business["pay"], setup_of(hall.branch.pk)
    others = [register_customer(name=name, unit=demo.units["city"], at=NOW) for name in "甲乙"]
    for other in others:
        reserve(MORNING, who=other)
    assert MORNING not in dict(slots_of(setup, pay, MORNING.date(), NOW))
    Appointment.objects.filter(customer=others[0]).update(missed_at=NOW)
    assert dict(slots_of(setup, pay, MORNING.date(), NOW))[MORNING] == 1
