"""Which times are shown for a business and a day, to customers and to staff, and at what cost."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruoshui.customers.actions import register_customer
from ruoshui.queues.actions.booking import DAYS_AHEAD, slots_by_day, slots_of
from ruoshui.queues.models import Branch, Queue
from ruoshui.queues.setup import setup_of
from tests.conftest import NOW, at
from tests.queues.test_appointments import MORNING, reserve, set_up  # noqa: F401 fixture

# ruff: noqa: F811 fixtures
PAGE, STAFF = "/branches/east", "/branch/east/appointments"
ODD = ["0001-01-01", "9999-12-31", "2036-03-10", "2016-01-01", "0001-01", "9999-12", "2026-02-30", "²", "", "99999"]


@pytest.fixture(autouse=True)
def clock(monkeypatch, client):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.cookies["django_language"] = "en"


def marked(page):
    return re.findall(r'class="day is-on"\s+href="[^"]*day=([\d-]+)"', page)


def test_a_month_of_times_costs_a_stranger_few_statements(client, hall, demo, reserve):
    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    nothing = cost()
    for number, name in enumerate("甲乙丙"):
        who = register_customer(name=name, unit=demo.units["city"], at=NOW)
        reserve(MORNING + timedelta(days=number), who=who)
    assert (cost(), nothing) == (5, 5)


def test_the_times_of_many_days_are_those_of_each(hall, reserve):
    reserve(MORNING)
    setup, pay, today = setup_of(hall.branch.pk), hall.business["pay"], date(2026, 3, 4)
    each = [(day, slots_of(setup, pay, day, NOW)) for day in (today + timedelta(days=n) for n in range(31))]
    assert slots_by_day(setup, pay, today, 31, NOW) == [(day, slots) for day, slots in each if slots]


def test_the_earlier_ones_of_a_day_are_shown_without_a_statement_for_each(client, hall, customer, reserve):
    from ruoshui.queues.absences import earlier_that_day

    reserve(MORNING)
    with CaptureQueriesContext(connection) as queries:
        [one] = earlier_that_day(setup_of(hall.branch.pk), hall.business["pay"], customer, "", MORNING)
        before = len(queries)
        assert (one.branch.name, one.customer.name) != ("", "")
        assert len(queries) == before


def test_the_day_that_is_shown_is_the_one_marked_and_all_days_can_be_reached(client, hall):
    page = client.get(f"{PAGE}?business=pay&day=2026-03-20").content.decode()
    assert marked(page) == ["2026-03-20"]
    assert f"day={NOW.date() + timedelta(days=DAYS_AHEAD)}" in page
    for wrong in ("2026-09-01", "nonsense", "0001-01-01"):
        page = client.get(f"{PAGE}?business=pay&day={wrong}").content.decode()
        [day] = marked(page)
        assert (f'name="day" value="{day}"' in page, f'value="{day}T' in page) == (True, True)


def test_a_full_business_hides_no_other(client, hall):
    Branch.objects.filter(pk=hall.branch.pk).update(slot_minutes=30)
    offered = {*Queue.objects.filter(branch=hall.branch, is_active=True).values_list("business__code", flat=True)}
    set_up(hall, slot_places=0)
    page = client.get(PAGE).content.decode()
    assert "No appointments are offered here" in page
    assert {*re.findall(r'href="\?business=([\w-]+)"', page)} == offered


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize(
    "path",
    [
        STAFF + "?day={}",
        PAGE + "?day={}",
        "/branch/east/staffing?day={}",
        "/branch/east/staffing/export.csv?day={}",
        "/branch/east/report?days={}",
        "/cockpit/limits?month={}",
        "/cockpit/?days={}",
        "/work/rounds?after={}.1",
    ],
)
def test_whatever_day_or_month_an_address_names_the_page_is_there(signed_in, hall, path, text):
    assert signed_in("lead").get(path.format(text)).status_code == 200


def test_a_day_within_ten_years_is_shown_and_none_further(signed_in, hall):
    client = signed_in("lead")
    for asked, shown in (("2016-03-10", "2016-03-10"), ("2016-01-01", "2026-03-04"), ("2036-03-04", "2036-03-04")):
        assert f'name="day"\n          value="{shown}"' in client.get(f"{STAFF}?day={asked}").content.decode()


def test_changing_the_day_keeps_customer_and_business(signed_in, hall, customer):
    page = signed_in("lead").get(f"{STAFF}?day=2026-03-05&business=connect&contact=13800009999").content.decode()
    form = re.search(r'<form method="get" class="d-flex gap-2">.*?</form>', page, re.S)[0]
    for name, value in (("business", "connect"), ("contact", "13800009999"), ("customer", customer.pk)):
        assert f'name="{name}" value="{value}"' in form
    assert ("data-auto-submit" in form, "<button" in form) == (False, True)
    after = re.search(r'href="([^"]*day=2026-03-06[^"]*)"', page)[1]
    assert ("business=connect" in after, f"customer={customer.pk}" in after) == (True, True)
    wrong = signed_in("lead").post(STAFF, {"day": "2026-03-05", "business": "connect", "customer": customer.pk})
    after = re.search(r'href="([^"]*day=2026-03-06[^"]*)"', wrong.content.decode())[1]
    assert ("business=connect" in after, f"customer={customer.pk}" in after) == (True, True)


def test_only_the_table_asks_for_itself_when_something_changed(signed_in, hall, reserve):
    client = signed_in("lead")
    one = reserve(at("2026-03-05 09:30"))
    page = client.get(f"{STAFF}?day=2026-03-05").content.decode()
    live = re.search(r"<section[^>]*data-live[^>]*>", page)[0]
    assert f'data-topics="branch:{hall.branch.pk}"' in live
    assert f'hx-get="{STAFF}?day=2026-03-05"' in live
    part = client.get(f"{STAFF}?day=2026-03-05", headers={"HX-Request": "true"}).content.decode()
    assert (f'data-row="{one.pk}"' in part, "<html" in part, 'name="starts_at"' in part) == (True, False, False)
