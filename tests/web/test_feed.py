"""A person's calendar of what is due: by an address that is the key, without customers' names."""

from datetime import date

import icalendar
import pytest

from ruoshui.assets.actions import register_asset
from ruoshui.assets.models import AssetKind
from ruoshui.cases.actions import assign_case, resolve_case
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import change_password
from ruoshui.processes.actions import add_task
from ruoshui.web.workspace.feed import feed_address
from tests.conftest import NOW, at


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def path(staff):
    return "/work/feed/" + feed_address(staff).split("/work/feed/")[1]


def test_promises_tasks_and_rounds_are_in_the_calendar_and_no_customers(client, opened, demo, customer):
    chen = demo.staff["chen"]
    case = opened(at=at("2026-03-04 10:00"))
    assign_case(case, to=chen, by=chen.actor, at=NOW)
    add_task(case, name="打电话", to=chen, due_at=at("2026-03-05 15:00"), by=SYSTEM, at=NOW)
    kind = AssetKind.objects.get(code="transformer")
    values = {"number": "T1", "name": "变压器", "kind": kind, "unit": demo.units["city"], "keeper": chen}
    register_asset(values, first_round_on=date(2026, 3, 20), by=SYSTEM, at=NOW)
    answer = client.get(path(chen))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))
    due = {str(one["uid"]).split("-")[0]: one.decoded("dtend") for one in events}
    assert (due["task"], due["round"]) == (at("2026-03-05 15:00"), date(2026, 3, 21))
    assert at("2026-03-09 10:00") in [one.decoded("dtend") for one in events]
    text = answer.content.decode().replace("\r\n ", "")
    assert (case.number in text, "许文" in text, case.subject in text) == (True, False, False)
    resolve_case(case, despite="已上门说明", by=demo.staff["lead"].actor, at=NOW)
    left = [str(one["uid"]) for one in icalendar.Calendar.from_ical(client.get(path(chen)).content).walk("VEVENT")]
    assert [uid.split("-")[0] for uid in left if not uid.startswith("task")] == ["round"]


def test_a_wrong_key_finds_nothing_and_a_new_password_ends_the_old_address(client, demo):
    chen, lead = demo.staff["chen"], demo.staff["lead"]
    good = path(chen)
    assert client.get(good).status_code == 200
    other = path(lead).replace(f"/{lead.pk}/", f"/{chen.pk}/")
    assert [client.get(one).status_code for one in (other, good.replace(".ics", "x.ics"))] == [404, 404]
    change_password(chen, "another-password-now", by=SYSTEM, at=NOW)
    assert client.get(good).status_code == 404
    chen.is_active = False
    chen.save()
    assert client.get(path(chen)).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_calendar_costs_the_same_for_one_and_three(client, opened, demo, number, django_assert_max_num_queries):
    chen = demo.staff["chen"]
    for n in range(number):
        case = opened()
        assign_case(case, to=chen, by=chen.actor, at=NOW)
        add_task(case, name=f"t{n}", to=chen, due_at=at("2026-03-05 15:00"), by=SYSTEM, at=NOW)
    address = path(chen)
    with django_assert_max_num_queries(7):
        assert client.get(address).content.decode().count("BEGIN:VEVENT") >= 2 * number


def test_the_address_stands_on_the_page_of_tasks(signed_in, demo):
    assert path(demo.staff["chen"]) in signed_in("chen").get("/work/tasks").content.decode()
