"""Working calendars: the week, the public holidays, single days."""

from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.typed import day_in, key_in
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import announce_days, define_hours, define_special_day
from ruoshui.organization.models import Calendar, Holiday, HolidaySet, Staff
from ruoshui.organization.statutory import unannounced_soon
from ruoshui.web.access import staff_of
from ruoshui.web.studio.doors import found_setting, page_of, sets_up, tell


@sets_up(Calendar)
def index(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        try:
            calendar = configure(
                Calendar(),
                {
                    "code": request.POST.get("code", "").strip(),
                    "name_zh": request.POST.get("name_zh", "").strip(),
                    "name_en": request.POST.get("name_en", "").strip(),
                },
                by=staff_of(request).actor,
                at=timezone.now(),
            )
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("studio:calendars")
        return redirect("studio:calendar", calendar.pk)
    return render(
        request,
        "studio/calendars.html",
        page_of(
            request,
            "calendars",
            Calendar,
            calendars=Calendar.objects.select_related("holidays").prefetch_related("hours"),
            missing_year=unannounced_soon(timezone.localdate()),
            sets=HolidaySet.objects.all(),
            next_year=timezone.localdate().year + 1,
        ),
    )


@sets_up(Calendar)
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """The days of a notice, one a line: 2027-01-01 off 元旦, 2027-02-20 work 春节."""
    holidays = HolidaySet.objects.filter(pk=key_in(request.POST.get("set"))).first()
    try:
        if holidays is None:
            raise Invalid({"set": [_("Choose the public holidays.")]})
        days = [_public_day(line) for line in request.POST.get("days", "").splitlines() if line.strip()]
        year = days[0][0].year if days else timezone.localdate().year
        announce_days(holidays, year, days, by=staff_of(request).actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    else:
        messages.success(request, _("The days are here. What was promised by provisional ones is dated again."))
    return redirect("studio:calendars")


def _public_day(line: str) -> tuple[date, bool, str]:
    words = line.split(None, 2)
    try:
        day = date.fromisoformat(words[0])
        return day, {"off": True, "休": True, "work": False, "班": False}[words[1]], words[2] if len(words) > 2 else ""
    except (ValueError, KeyError, IndexError) as wrong:
        told = _("“%s” cannot be read. Write a date, off or work, and a name: 2027-01-01 off 元旦.") % line[:60]
        raise Invalid({"days": [told]}) from wrong


@sets_up(Calendar)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    calendar = found_setting(staff_of(request), Calendar, pk=pk)
    if request.method == "POST":
        try:
            _change(request, calendar, staff_of(request))
        except Refusal as refusal:
            tell(request, refusal)
            return redirect("studio:calendar", pk)
        messages.success(request, _("Saved."))
        return redirect("studio:calendar", pk)
    today = timezone.localdate()
    monday = date(2024, 1, 1)
    week = [
        (
            day,
            monday + timedelta(days=day),
            " ".join(f"{h.opens:%H:%M}-{h.closes:%H:%M}" for h in calendar.hours.all() if h.weekday == day),
        )
        for day in range(7)
    ]
    upcoming = (
        Holiday.objects.filter(holidays=calendar.holidays, date__gte=today).order_by("date")[:40]
        if calendar.holidays
        else []
    )
    return render(
        request,
        "studio/calendar.html",
        page_of(
            request,
            "calendars",
            calendar,
            calendar=calendar,
            week=week,
            sets=HolidaySet.objects.all(),
            upcoming=upcoming,
            special_days=calendar.special_days.filter(date__gte=today - timedelta(days=31)),
        ),
    )


@verb
def _change(request: HttpRequest, calendar: Calendar, by: Staff) -> None:
    now = timezone.now()
    holidays = HolidaySet.objects.filter(pk=key_in(request.POST.get("holidays"))).first()
    calendar = configure(
        calendar,
        {
            "name_zh": request.POST.get("name_zh", "").strip(),
            "name_en": request.POST.get("name_en", "").strip(),
            "zone": request.POST.get("zone", "").strip(),
            "holidays": holidays,
        },
        by=by.actor,
        at=now,
    )
    week = [(day, *interval) for day in range(7) for interval in _intervals(request.POST.get(f"day{day}", ""))]
    define_hours(calendar, week, by=by.actor, at=now)


def _intervals(text: str) -> list[tuple[time, time]]:
    """ "09:00-12:00 13:00-18:00" as pairs of times; 24:00 is midnight at the end of the day."""
    found = []
    for part in text.replace("，", " ").replace(",", " ").replace("–", "-").split():
        try:
            opens, closes = (clock.strip().replace("：", ":") for clock in part.split("-"))
            closes = "00:00" if closes == "24:00" else closes
            found.append((datetime.strptime(opens, "%H:%M").time(), datetime.strptime(closes, "%H:%M").time()))  # noqa: DTZ007 times of day
        except ValueError as wrong:
            raise Invalid({"hours": [_("Write hours like 09:00-12:00 13:00-18:00, not “%s”.") % part]}) from wrong
    return found


@sets_up(Calendar)
@require_POST
def special_day(request: HttpRequest, pk: int) -> HttpResponse:
    calendar = found_setting(staff_of(request), Calendar, pk=pk)
    try:
        day = day_in(request.POST.get("date"))
        if day is None:
            raise Invalid({"date": [_("Choose a date.")]})
        define_special_day(
            calendar,
            day,
            _intervals(request.POST.get("hours", "")),
            name=request.POST.get("name", "")[:60],
            by=staff_of(request).actor,
            at=timezone.now(),
        )
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("studio:calendar", pk)
