"""The pages of a branch: who may see them, how many queries they cost, what they refuse."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.queues import actions
from ruoshui.queues.floor import forget_floors
from ruoshui.queues.models import Branch, Device, Ticket
from tests.conftest import misread

pytestmark = pytest.mark.django_db
PAGES = ("counters", "counters/1", "lobby", "report", "staffing", "screens")


@pytest.fixture
def now_open(hall):
    """Counter 1 open at this very moment: pages look at the clock."""
    now = timezone.now() - timedelta(minutes=30)
    actions.open_counter(hall.counters[1], staff=hall.clerks[1], by=hall.by, at=now)
    return hall


def take_now(hall, business="pay", **values):
    at = timezone.now() - timedelta(minutes=20)
    return actions.issue_ticket(hall.branch, business=hall.business[business], by=SYSTEM, at=at, **values)


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_no_branch_and_a_supervisor_every_page(signed_in, now_open, page):
    assert signed_in("south").get(f"/branch/east/{page}").status_code == 404
    assert signed_in("lead").get(f"/branch/east/{page}").status_code == 200


@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        ("lobby", "east", 403),
        ("lobby", "lobby", 200),
        ("report", "east", 403),
        ("staffing", "lobby", 403),
        ("counters/1", "east", 200),
    ],
)
def test_each_role_has_its_pages(signed_in, now_open, page, who, status):
    assert signed_in(who).get(f"/branch/east/{page}").status_code == status


def test_a_stranger_cannot_call_move_or_close(signed_in, now_open):
    ticket = take_now(now_open)
    stranger = signed_in("south")
    for path in (
        "counters/1/calls",
        "counters/1/session",
        f"numbers/{ticket.pk}/start",
        f"lobby/numbers/{ticket.pk}/move",
        "lobby/counters/1",
        "lobby/numbers",
    ):
        assert stranger.post(f"/branch/east/{path}", {"to": "closed"}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == "waiting"


def test_a_clerk_moves_nobody_in_the_lobby(signed_in, now_open):
    ticket = take_now(now_open)
    assert signed_in("east").post(f"/branch/east/lobby/numbers/{ticket.pk}/leave").status_code == 403


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, now_open):
    assert client.get("/branch/east/lobby").status_code == 302


@pytest.mark.parametrize(
    "path", ["/branch/east/lobby", "/branch/east/counters/1", "/branch/east/counters", "/branches"]
)
def test_a_page_costs_as_many_queries_for_one_waiting_as_for_three(signed_in, now_open, customer, path):
    client = signed_in("lead")
    take_now(now_open, customer=customer)
    client.get(path)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    one = cost()
    take_now(now_open, customer=customer), take_now(now_open, "connect", customer=customer)
    client.get(path)
    assert cost() == one


def test_a_list_of_branches_costs_as_many_queries_for_one_as_for_all(client, now_open):
    path = "/branches"

    def cost() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    everyone = cost()
    assert Branch.objects.exclude(pk=now_open.branch.pk).update(is_active=False) > 0
    assert cost() == everyone


def device(branch: Branch, kind: str) -> Device:
    return Device.objects.filter(branch=branch, kind=kind).order_by("pk")[0]


@pytest.mark.parametrize("kind", ["kiosk", "hall", "plate"])
def test_a_screen_shows_by_its_address_only(client, now_open, kind):
    take_now(now_open)
    one = device(now_open.branch, kind)
    assert client.get(f"/device/{one.key}").status_code == 200
    assert client.get(f"/device/{misread(one.key)}").status_code == 404
    Device.objects.filter(pk=one.pk).update(is_active=False)
    assert client.get(f"/device/{one.key}").status_code == 404


def test_a_closed_counter_says_so_in_words_that_are_not_a_case_s(client, hall):
    plate = Device.objects.get(branch=hall.branch, kind="plate", counter=hall.counters[4])
    page = client.get(f"/device/{plate.key}").content.decode()
    assert ("本窗口暂不办理业务" in page, "This counter is closed" in page, "已办结" in page) == (True, True, False)


def test_a_kiosk_gives_one_number_for_one_key_and_says_what_was_announced(client, now_open, customer):
    address = f"/device/{device(now_open.branch, 'kiosk').key}/numbers"
    asked = {"key": str(uuid.uuid4()), "business": "pay", "contact": "13800009999", "language": "en"}
    first, second = client.post(address, asked), client.post(address, asked)
    assert (first.status_code, first.json()["number"], second.json()["number"]) == (201, "A001", "A001")
    assert {"ahead", "expected", "promised"} <= first.json().keys()
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.source, ticket.language) == (customer, "kiosk", "en")


def test_a_kiosk_answers_a_closed_branch_in_words(client, hall):
    Branch.objects.filter(pk=hall.branch.pk).update(calendar=None)
    now = timezone.now()
    from ruoshui.organization.actions import define_hours
    from ruoshui.organization.models import Calendar

    define_hours(Calendar.objects.get(code="office"), [], by=SYSTEM, at=now)
    asked = {"key": str(uuid.uuid4()), "business": "pay", "language": "zh-hans"}
    answer = client.post(f"/device/{device(hall.branch, 'kiosk').key}/numbers", asked)
    assert answer.status_code == 409
    assert "不营业" in answer.json()["refused"]


@pytest.mark.parametrize(
    "asked", [{}, {"key": "x", "business": "pay"}, {"key": str(uuid.UUID(int=1)), "business": "?"}]
)
def test_nonsense_at_a_kiosk_is_refused_and_gives_nothing(client, hall, asked):
    answer = client.post(f"/device/{device(hall.branch, 'kiosk').key}/numbers", asked)
    assert (answer.status_code, Ticket.objects.count()) == (404, 0)


def test_a_number_nobody_waited_for_is_given_back(client, now_open):
    address = f"/device/{device(now_open.branch, 'kiosk').key}"
    key = str(uuid.uuid4())
    client.post(f"{address}/numbers", {"key": key, "business": "pay"})
    assert client.post(f"{address}/returned", {"key": key}).json() == {"given_back": True}
    assert client.post(f"{address}/returned", {"key": key}).json() == {"given_back": True}
    assert Ticket.objects.get().state == "left"


def test_a_hall_display_is_no_kiosk(client, hall):
    asked = {"key": str(uuid.uuid4()), "business": "pay"}
    assert client.post(f"/device/{device(hall.branch, 'hall').key}/numbers", asked).status_code == 404


def test_the_phone_page_is_its_customers_and_nobody_elses(client, now_open):
    ticket = take_now(now_open)
    assert client.get(f"/n/{ticket.key}").status_code == 200
    assert client.get(f"/n/{uuid.uuid4()}").status_code == 404
    assert client.get(f"/n/{ticket.key}/qr.svg")["Content-Type"] == "image/svg+xml"
    wrong = client.post(f"/n/{ticket.key}/form", {"form_account": "abc"})
    assert wrong.status_code == 422
    client.post(f"/n/{ticket.key}/form", {"form_account": "3300125478"})
    client.post(f"/n/{ticket.key}/departure")
    ticket.refresh_from_db()
    assert (ticket.draft, ticket.state) == ({"account": "3300125478"}, "left")


def test_the_picture_of_a_number_says_our_own_address_whatever_host_was_asked_for(client, now_open, settings):
    path, drawn = f"/n/{take_now(now_open).key}/qr.svg", {}
    for secure in (False, True):
        settings.SECURE, settings.PUBLIC_URL = secure, "https://service.bank.example"
        drawn[secure] = [client.get(path, HTTP_HOST=host) for host in ("a.example", "b.example")]
    assert [picture["Cache-Control"] for picture in drawn[False] + drawn[True]] == ["no-store"] * 4
    assert drawn[True][0].content == drawn[True][1].content
    assert drawn[False][0].content != drawn[False][1].content


def test_a_rating_goes_back_to_the_page_of_its_number_only(client, now_open):
    from ruoshui.web.portal.survey import _back

    class Asked:
        POST: dict = {}

        def __init__(self, back: str) -> None:
            self.GET = {"back": back}

    assert _back(Asked("/n/abc")) == "/n/abc"
    for evil in ("https://evil.example/device/", "//evil.example/n/", "/work/", "javascript:alert(1)"):
        assert _back(Asked(evil)) == ""


def test_the_staffing_page_foretells_from_the_past_and_exports_it(signed_in, hall):
    from ruoshui.demo.visits import tell_past_visits

    assert tell_past_visits(hall.branch, timezone.now(), days=9) > 500
    forget_floors()
    client = signed_in("lead")
    page = client.get("/branch/east/staffing").content.decode()
    assert "Simulate the day" in page
    rows = client.get("/branch/east/staffing/export.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) > 15
    assert client.get("/branch/east/staffing/export.xlsx").content[:2] == b"PK"
    assert client.get("/branch/east/staffing/export.pdf").status_code == 404
    answer = client.get("/branch/east/staffing/what-if", {"counter": "1", "from": "10:00", "to": "12:00"})
    assert "data-what-if" in answer.content.decode()
    report = client.get("/branch/east/report?days=28").content.decode()
    assert "data-kept" in report


def test_the_report_of_a_branch_without_customers_says_what_will_be_there(signed_in, hall):
    assert "Nobody was called in this time" in signed_in("lead").get("/branch/west/report").content.decode()


def test_settings_of_a_branch_are_for_administrators(signed_in, hall):
    pages = ("/settings/branches", f"/settings/branches/{hall.branch.pk}", "/settings/businesses", "/settings/classes")
    assert [signed_in("lead").get(page).status_code for page in pages] == [403] * 4
    assert [signed_in("admin").get(page).status_code for page in pages] == [200] * 4


def test_a_new_queue_is_offered_at_once(signed_in, hall):
    from ruoshui.queues.setup import setup_of

    client, pk = signed_in("admin"), hall.west.pk
    before = len(setup_of(pk).queues)
    values = {"business": hall.business["pay"].pk, "prefix": "Z", "is_active": "on", "first_number": "100"}
    from ruoshui.queues.models import ServiceClass

    values["service_class"] = ServiceClass.objects.get(code="gold").pk
    client.post(f"/settings/branches/{pk}/queues", values)
    assert len(setup_of(pk).queues) == before + 1
    client.post(f"/settings/branches/{pk}/queues", values | {"prefix": "A"})  # taken by another queue
    assert {queue.prefix for queue in setup_of(pk).queues.values()} >= {"Z", "A"}


@pytest.fixture
def two_counters(now_open):
    """Beside counter 1 of `east`, counter 3 of `east2` with a customer called to it."""
    at = timezone.now() - timedelta(minutes=10)
    actions.open_counter(now_open.counters[3], staff=now_open.clerks[3], by=SYSTEM, at=at)
    take_now(now_open, "connect")
    now_open.called = actions.call_next(now_open.counters[3], by=now_open.clerks[3].actor, at=at)
    assert now_open.called is not None
    return now_open


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("counters/3/calls", {"do": "finish", "outcome": "open", "after": "{pk}"}),
        ("numbers/{pk}/finish", {"outcome": "open"}),
        ("numbers/{pk}/hold", {"reason": "x"}),
        ("numbers/{pk}/transfer", {"to": "counter-1"}),
        ("numbers/{pk}/not-come", {}),
        ("numbers/{pk}/start", {"counter": "3"}),
    ],
)
def test_a_colleagues_counter_is_for_those_who_look_after_the_hall(signed_in, two_counters, path, form):
    ticket, form = two_counters.called, {name: value.format(pk=two_counters.called.pk) for name, value in form.items()}
    for who, done in (("east", False), ("lobby", True)):
        response = signed_in(who).post(f"/branch/east/{path.format(pk=ticket.pk)}", form)
        assert (response.status_code == 403) is not done
        assert (Ticket.objects.get(pk=ticket.pk).state == "called") is not done


def test_a_program_of_a_clerk_leaves_a_colleagues_counter_alone(client, two_counters, demo):
    from ruoshui.organization.actions import issue_token
    from ruoshui.organization.models import Scope

    secret = issue_token(demo.staff["east"], name="t", scopes=[Scope.QUEUES_WRITE], by=SYSTEM, at=timezone.now())[1]
    head = {"authorization": f"Bearer {secret}"}
    pk = two_counters.called.pk
    for path in ("branches/east/counters/3/calls", f"numbers/{pk}/absence", f"branches/east/counters/3/numbers/{pk}"):
        response = client.post(f"/api/v1/{path}", "{}", "application/json", headers=head)
        assert (path, response.status_code) == (path, 403)
    assert Ticket.objects.get(pk=pk).state == "called"
    assert client.post(f"/api/v1/numbers/{pk}/recall", headers=head).status_code == 403
