"""Staff book for customers, see who did not come, and excuse; programs do the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruoshui.customers.actions import register_customer
from ruoshui.queues.models import Appointment
from tests.api.conftest import program  # noqa: F401 fixture
from tests.conftest import NOW, at
from tests.queues.test_appointments import LATER, MORNING, missed, reserve  # noqa: F401 fixtures

PAGE = "/branch/east/appointments"
ONE, HIDDEN = "13800009999", "13900000000"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.parametrize(("who", "status"), [("east", 200), ("lobby", 200), ("lead", 200), ("south", 404)])
def test_who_works_in_the_branch_sees_its_appointments(signed_in, hall, reserve, who, status):  # noqa: F811
    reserve(MORNING)
    answer = signed_in(who).get(f"{PAGE}?day=2026-03-05")
    assert answer.status_code == status
    assert ("许文" in answer.content.decode()) == (status == 200)


def test_a_stranger_books_cancels_and_excuses_nothing(signed_in, hall, reserve):  # noqa: F811
    one = reserve(MORNING)
    client = signed_in("south")
    words = {"business": "pay", "starts_at": LATER.isoformat(), "name": "王", "phone": "13900000001"}
    assert client.post(PAGE, words).status_code == 404
    for verb_name in ("cancel", "arrive", "excuse"):
        assert client.post(f"{PAGE}/{one.pk}/{verb_name}").status_code == 404
    assert signed_in("lead").post(f"/branch/west/appointments/{one.pk}/cancel").status_code == 404
    assert list(Appointment.objects.to_come()) == [one]


def test_the_page_costs_as_many_queries_for_one_appointment_as_for_three(signed_in, hall, demo, reserve):  # noqa: F811
    client, people = signed_in("lead"), [register_customer(name=n, unit=demo.units["east"], at=NOW) for n in "甲乙丙"]

    def cost() -> int:
        client.get(f"{PAGE}?day=2026-03-05")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{PAGE}?day=2026-03-05").status_code == 200
        return len(queries)

    missed(people[0], hall, "2026-03-02")
    reserve(MORNING, who=people[0])
    one = cost()
    for number, person in enumerate(people[1:]):
        missed(person, hall, "2026-03-02")
        reserve(MORNING + timedelta(minutes=30 * number), who=person)
    assert cost() == one


def test_staff_find_the_customer_see_the_absences_and_book_all_the_same(signed_in, hall, customer, reserve):  # noqa: F811
    missed(customer, hall, "2026-02-02", "2026-02-10", "2026-03-03")
    client = signed_in("lead")
    page = client.get(f"{PAGE}?day=2026-03-05&contact={ONE}&business=pay").content.decode()
    assert ('data-absences="3"' in page, "online booking paused until 2026-04-02" in page) == (True, True)
    words = {"business": "pay", "day": "2026-03-05", "customer": customer.pk, "starts_at": MORNING.isoformat()}
    answer = client.post(PAGE, words)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?day=2026-03-05")
    assert Appointment.objects.to_come().get().customer == customer
    again = client.post(PAGE, words | {"starts_at": LATER.isoformat()})
    assert (again.status_code, "The limit of 1" in again.content.decode()) == (409, True)


def test_somebody_who_is_not_known_is_booked_by_name_and_phone(signed_in, hall):
    client = signed_in("east")
    page = client.get(f"{PAGE}?contact=13900000001").content.decode()
    assert "data-nobody" in page
    words = {"business": "pay", "day": "2026-03-05", "starts_at": MORNING.isoformat()}
    wrong = client.post(PAGE, words)
    assert (wrong.status_code, wrong.content.decode().count("data-error")) == (422, 2)
    client.post(PAGE, words | {"name": "王五", "phone": "139 0000 0001"})
    made = Appointment.objects.get()
    assert (made.customer.name, made.customer.unit.code, made.starts_at) == ("王五", "east", MORNING)


def test_a_customer_out_of_sight_is_not_found_and_not_booked(signed_in, hall, demo):
    theirs = register_customer(name="远", contacts=[("phone", HIDDEN)], unit=demo.units["south"], at=NOW)
    client = signed_in("east")
    nobody = client.get(f"{PAGE}?contact=13911112222").content.decode()
    hidden = client.get(f"{PAGE}?contact={HIDDEN}").content.decode()
    assert ("远" in hidden, "data-nobody" in hidden, "data-nobody" in nobody) == (False, True, True)
    words = {"business": "pay", "starts_at": MORNING.isoformat(), "customer": theirs.pk}
    assert client.post(PAGE, words).status_code == 422
    client.post(PAGE, words | {"name": "远", "phone": HIDDEN})
    assert Appointment.objects.get().customer != theirs


def test_the_lobby_excuses_and_a_clerk_does_not(signed_in, hall, customer):
    missed(customer, hall, "2026-03-03")
    one = Appointment.objects.get()
    assert signed_in("east").post(f"{PAGE}/{one.pk}/excuse").status_code == 403
    assert signed_in("lobby").post(f"{PAGE}/{one.pk}/excuse").status_code == 302
    one.refresh_from_db()
    assert one.excused_at == NOW


def test_staff_let_somebody_arrive_who_has_forgotten_the_code(signed_in, hall, opened_counters, reserve):  # noqa: F811
    one = reserve(at("2026-03-04 10:30"))
    signed_in("east").post(f"{PAGE}/{one.pk}/arrive")
    one.refresh_from_db()
    assert (one.arrived_at, one.ticket.source, one.ticket.named_by) == (NOW, "lobby", "staff")


def test_the_report_counts_who_came_and_who_did_not(signed_in, hall, customer):
    assert "data-missed" not in signed_in("lead").get("/branch/east/report").content.decode()
    missed(customer, hall, "2026-03-02", "2026-03-03")
    page = signed_in("lead").get("/branch/east/report").content.decode()
    assert ("data-missed>2<" in page, "data-came>0<" in page, "data-booked>2<" in page) == (True, True, True)


def test_a_program_is_told_of_the_limit_and_the_pause_and_may_pass_the_pause(program, hall, customer):  # noqa: F811
    ask, path = program("lead"), "/branches/east/appointments"
    body = {"business": "pay", "starts_at": MORNING.isoformat(), "customer": customer.pk}
    missed(customer, hall, "2026-02-02", "2026-02-10", "2026-03-03")
    status, told = ask("POST", path, body)
    assert (status, told["code"]) == (409, "booking-paused")
    status, made = ask("POST", path, body | {"despite_absences": True})
    assert (status, made["missed"], made["excused"]) == (201, False, False)
    status, told = ask("POST", path, body | {"starts_at": LATER.isoformat(), "despite_absences": True})
    assert (status, told["code"], made["code"] in str(told)) == (409, "too-many-appointments", False)


def test_a_program_excuses_and_reads_the_attendance(program, hall, customer):  # noqa: F811
    missed(customer, hall, "2026-03-02", "2026-03-03")
    one = Appointment.objects.earliest("pk")
    assert program("south")("POST", f"/appointments/{one.code}/excuse", {})[0] == 404
    assert program("east")("POST", f"/appointments/{one.code}/excuse", {})[0] == 403
    status, told = program("lead")("POST", f"/appointments/{one.code}/excuse", {})
    assert (status, told["missed"], told["excused"]) == (200, True, True)
    status, found = program("lead")("GET", "/branches/east/attendance?days=30")
    assert (status, found["booked"], found["missed"], found["excused"], found["missed_share"]) == (200, 2, 1, 1, 1.0)
    assert program("south")("GET", "/branches/east/attendance")[0] == 404
    assert program("east")("GET", "/branches/east/attendance")[0] == 403
