"""Who came and who did not: judged by what is known, also by what becomes known later."""

# ruff: noqa: F811 fixtures

from datetime import timedelta

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.queues import actions
from ruoshui.queues.absences import Absences, absences_of
from ruoshui.queues.actions.booking import find_appointment
from ruoshui.queues.models import Appointment, Branch, Ticket
from ruoshui.queues.queries import attendance
from ruoshui.queues.refusals import AppointmentBegun
from tests.conftest import NOW, at, refused
from tests.queues.test_appointments import MORNING, events, missed, reserve, set_up  # noqa: F401 fixture

TODAY, OVER = at("2026-03-04 11:00"), at("2026-03-04 12:00")


@pytest.fixture
def double(demo):
    return register_customer(name="许文", unit=demo.units["city"], at=NOW)


def test_appointments_move_with_a_merge_and_are_found_by_the_customers_code(
    hall,
    opened_counters,
    customer,
    double,
    reserve,
    take,
):
    one = reserve(TODAY, who=double)
    open_number, done = take(minute=1, customer=double), take(minute=2, customer=double)
    actions.leave_queue(done, by=SYSTEM, at=NOW + timedelta(minutes=3))
    seq = Ticket.objects.get(pk=open_number.pk).seq
    merge_customers(customer, double, by=SYSTEM, at=NOW + timedelta(minutes=4))
    open_number.refresh_from_db(), one.refresh_from_db()
    assert (one.customer, open_number.customer, open_number.seq > seq) == (customer, customer, True)
    scanned = actions.customer_code(customer)
    assert find_appointment(hall.branch, scanned, NOW + timedelta(minutes=5)) == one


def test_a_number_of_either_record_says_that_they_were_there(
    hall,
    opened_counters,
    customer,
    double,
    reserve,
    take,
):
    one = reserve(TODAY)
    ticket = take(minute=2, customer=double)
    actions.leave_queue(ticket, by=SYSTEM, at=NOW + timedelta(minutes=3))
    merge_customers(customer, double, by=SYSTEM, at=NOW + timedelta(minutes=4))
    actions.settle_appointments(OVER)
    one.refresh_from_db()
    assert (one.arrived_at, one.missed_at) == (ticket.joined_at, None)


def test_after_its_time_an_appointment_is_not_cancelled_any_more(client, hall, customer, reserve):
    one = reserve(MORNING)
    for late in (MORNING, MORNING + timedelta(minutes=29)):
        with refused(AppointmentBegun):
            actions.cancel_appointment(one, by=SYSTEM, at=late)
    actions.cancel_appointment(one, by=SYSTEM, at=MORNING - timedelta(seconds=1))
    assert actions.cancel_appointment(one, by=SYSTEM, at=MORNING + timedelta(minutes=1)).cancelled_at < MORNING


@pytest.mark.parametrize(("minutes", "is_offered"), [(-1, True), (0, False)])
def test_cancelling_is_offered_until_the_time(client, signed_in, hall, reserve, monkeypatch, minutes, is_offered):
    one = reserve(MORNING)
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING + timedelta(minutes=minutes))
    assert ("/cancellation" in client.get(f"/appointments/{one.code}").content.decode()) == is_offered
    page = signed_in("east").get("/branch/east/appointments?day=2026-03-05").content.decode()
    assert (f"/{one.pk}/cancel" in page, f"/{one.pk}/arrive" in page) == (is_offered, True)


def test_who_is_known_only_later_takes_the_absence_back(hall, opened_counters, customer, reserve, take):
    one = reserve(TODAY)
    ticket = take(minute=50)
    actions.settle_appointments(OVER)
    assert absences_of(hall.branch, customer, OVER).times == 1
    actions.identify_visitor(ticket, customer, by=hall.by, at=OVER + timedelta(minutes=5))
    one.refresh_from_db()
    assert (one.arrived_at, one.missed_at, one.excused_at) == (ticket.joined_at, None, None)
    assert absences_of(hall.branch, customer, OVER) == Absences()
    assert [(told.about_id, told.data["number"]) for told in events("appointment_kept")] == [(one.pk, ticket.number)]


@pytest.mark.parametrize("is_named_later", [False, True])
def test_a_visit_before_the_booking_is_none_to_the_appointment(
    hall,
    opened_counters,
    customer,
    reserve,
    take,
    is_named_later,
):
    ticket = take(minute=0, customer=None if is_named_later else customer)
    one = reserve(TODAY, now=NOW + timedelta(minutes=10))
    actions.settle_appointments(OVER)
    if is_named_later:
        actions.identify_visitor(ticket, customer, by=hall.by, at=OVER)
    one.refresh_from_db()
    assert (one.arrived_at, one.missed_at) == (None, OVER)


def test_who_is_in_time_by_the_one_rule_has_not_missed_it_by_the_other(hall, reserve):
    with pytest.raises(Invalid) as told:
        set_up(hall, late_minutes=45, missed_minutes=30)
    assert [*told.value.errors] == ["missed_minutes"]
    Branch.objects.filter(pk=hall.branch.pk).update(late_minutes=45)  # as set up before
    reserve(MORNING)
    assert actions.settle_appointments(MORNING + timedelta(minutes=44)) == 0
    assert actions.settle_appointments(MORNING + timedelta(minutes=45)) == 1


def test_what_was_booked_before_absences_were_counted_counts_for_nobody(hall, customer, reserve):
    one = reserve(MORNING)
    Appointment.objects.filter(pk=one.pk).update(may_count=False)
    actions.settle_appointments(at("2026-03-05 10:00"))
    assert absences_of(hall.branch, customer, at("2026-03-05 10:01")) == Absences()
    assert [told.data["counts"] for told in events("appointment_not_come")] == [False]


def old(hall, customer, day, **more):
    starts = at(f"{day} 09:30")
    where = {"branch": hall.branch, "business": hall.business["pay"], "customer": customer, "may_count": False}
    return Appointment.objects.create(**where, starts_at=starts, booked_at=starts - timedelta(days=3), **more)


def test_of_the_time_before_absences_were_noted_the_report_says_not_known(
    client, signed_in, hall, customer, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    one = old(hall, customer, "2026-02-02")
    old(hall, customer, "2026-02-03", arrived_at=at("2026-02-03 09:20"))
    missed(customer, hall, "2026-03-02")
    found = attendance(hall.branch, NOW - timedelta(days=60), NOW)
    assert (found.booked, found.came, found.unknown) == (3, 1, 1)
    assert (found.missed.hits, found.missed.n) == (1, 1)  # nothing is a share of what was not noted
    page = signed_in("lead").get("/branch/east/report?days=all").content.decode()
    assert "data-unknown>1<" in page
    day = signed_in("lead").get("/branch/east/appointments?day=2026-02-02").content.decode()
    assert ("data-not-known" in day, f"/{one.pk}/" in day) == (True, False)
    page = client.get(f"/appointments/{one.code}").content.decode()
    assert ("Type this code at the kiosk" in page, "/cancellation" in page) == (False, False)
