"""A branch in another zone than the site's: whoever looks at its appointments reads its own clock."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.queues import actions
from ruoshui.queues.models import Branch
from tests.conftest import NOW
from tests.queues.test_appointments import MORNING, missed, reserve, set_up  # noqa: F401 fixture

ZONE = "Asia/Urumqi"


@pytest.fixture
def far(hall, monkeypatch):
    """The branch two hours behind the site."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    calendar = Branch.objects.get(pk=hall.branch.pk).calendar
    configure(calendar, {"zone": ZONE}, by=SYSTEM, at=NOW)
    return hall


def shown(moment, form="%H:%M"):
    site, there = (moment.astimezone(zone).strftime(form) for zone in (timezone.get_default_timezone(), ZoneInfo(ZONE)))
    assert site != there
    return there, site


def test_every_page_of_an_appointment_says_its_time_by_the_branchs_clock(client, signed_in, far, customer):
    from ruoshui.queues.actions.booking import slots_of
    from ruoshui.queues.setup import setup_of

    setup = setup_of(far.branch.pk)
    starts = slots_of(setup, far.business["pay"], MORNING.date(), NOW)[3][0]
    one = actions.book_appointment(
        far.branch, business=far.business["pay"], customer=customer, starts_at=starts, by=SYSTEM, at=NOW
    )
    there, site = shown(starts)
    staff = signed_in("lead")
    place = actions.hold_place(
        far.branch,
        business=far.business["pay"],
        starts_at=starts + timedelta(hours=1),
        name="许文",
        contacts=[("email", "xu@example.com")],
        at=NOW,
    )
    pages = {
        "its own": client.get(f"/appointments/{one.code}"),
        "of the day": staff.get("/branch/east/appointments?day=2026-03-05"),
        "of the customer": staff.get(f"/branch/east/appointments?day=2026-03-09&customer={customer.pk}"),
        "refused": client.post(f"/appointments/{place.code}/confirmation"),
    }
    for name, page in pages.items():
        text = re.sub(r'value="[^"]*"', "", page.content.decode())
        text = text.partition("data-to-come")[2][:300] if name == "of the customer" else text
        text = text.partition("data-earlier")[2][:200] if name == "refused" else text
        assert (there in text, site in text.partition("slots")[0]) == (True, False), name


def test_a_pause_ends_on_the_branchs_day(signed_in, far, customer):
    from datetime import datetime

    from ruoshui.queues.models import Appointment

    missed(customer, far, "2026-02-02", "2026-02-10", "2026-03-03")
    late = datetime(2026, 3, 3, 23, 30, tzinfo=ZoneInfo(ZONE))
    Appointment.objects.filter(customer=customer).update(starts_at=late)
    set_up(far, missed_most=1)
    page = signed_in("lead").get(f"/branch/east/appointments?customer={customer.pk}").content.decode()
    assert ("until 2026-04-02" in page, "until 2026-04-03" in page) == (True, False)
