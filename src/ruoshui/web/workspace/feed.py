"""What is due for somebody, as a calendar that their own program subscribes to (RFC 5545).

The address is the key: it ends when the password changes or the person leaves. It carries numbers, kinds and times, no
customers and no words of theirs.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from ruoshui.assets.models import Asset
from ruoshui.core.refusals import NotFound
from ruoshui.organization.models import Staff
from ruoshui.processes.models import Task
from ruoshui.sla.models import Clock
from ruoshui.web.downloads import calendar_response

MOST, LENGTH = 300, timedelta(minutes=30)


def key_of(staff: Staff) -> str:
    return staff.sealed("feed")[:40]


def feed_address(staff: Staff) -> str:
    return f"{settings.PUBLIC_URL}{reverse('workspace:feed', args=[staff.pk, key_of(staff)])}"


def feed(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Without signing in: the address says who asks. A wrong one finds nothing."""
    staff = Staff.objects.filter(pk=pk, is_active=True).first()
    if staff is None or not constant_time_compare(key_of(staff), key):
        raise NotFound
    with translation.override(staff.language):
        calendar = Calendar()
        calendar.add("prodid", "-//Ruoshui//due//EN")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Due for {name}").format(name=staff.name))
        calendar.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
        for one in _events(staff):
            calendar.add_component(one)
    response = calendar_response(calendar)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _events(staff: Staff) -> Iterator[Event]:
    mine = Clock.objects.running().filter(case__assignee=staff).select_related("term", "case__type")
    for clock in mine.order_by("due_at")[:MOST]:
        assert clock.case is not None
        summary = f"{clock.term.name}: {clock.case.number} {clock.case.type.name}"
        yield _event(f"clock-{clock.pk}", summary, clock.due_at, reverse("workspace:case", args=[clock.case_id]))
    tasks = Task.objects.for_me(staff).filter(due_at__isnull=False).select_related("case__type")
    for task in tasks.order_by("due_at")[:MOST]:
        summary = f"{task.name}: {task.case.number} {task.case.type.name}"
        yield _event(f"task-{task.pk}", summary, task.due_at, reverse("workspace:task", args=[task.pk]))
    for asset in Asset.objects.filter(keeper=staff, due_on__isnull=False).order_by("due_on")[:MOST]:
        summary = _("Inspection: {what}").format(what=asset)
        yield _event(f"round-{asset.pk}", summary, asset.due_on, reverse("workspace:asset", args=[asset.pk]))


def _event(uid: str, summary: str, due: datetime | date | None, path: str) -> Event:
    """Half an hour before the promise is due; a round takes its day."""
    one = Event()
    one.add("uid", f"{uid}@ruoshui")
    one.add("dtstamp", timezone.now())
    one.add("summary", summary)
    one.add("url", f"{settings.PUBLIC_URL}{path}")
    if isinstance(due, datetime):
        one.add("dtstart", due - LENGTH)
        one.add("dtend", due)
    elif due is not None:
        one.add("dtstart", due)
        one.add("dtend", due + timedelta(days=1))
    return one
