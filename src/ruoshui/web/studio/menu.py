"""The settings by what they are about."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.core.refusals import NotAllowed
from ruoshui.organization.models import ApiToken, Calendar, Staff, Unit
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.queues.models import Branch
from ruoshui.sla.models import Level, Matrix
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.studio.sections import SECTIONS

# icons: building, user, shield, grid-dots, sitemap, building-store, calendar, key


class MenuEntry(NamedTuple):
    code: str
    title: Promise | str
    icon: str
    url: str


PAGES: dict[str, tuple[Promise | str, str, type[models.Model]]] = {
    "units": (_("Units"), "building", Unit),
    "staff": (_("Staff"), "user", Staff),
    "calendars": (_("Calendars"), "calendar", Calendar),
    "templates": (_("Case templates"), "sitemap", CaseType),
    "levels": (_("Service levels"), "shield", Level),
    "strategy": (_("Service strategy"), "grid-dots", Matrix),
    "branches": (_("Branches"), "building-store", Branch),
    "tokens": (_("API tokens"), "key", ApiToken),
}
GROUPS: tuple[tuple[Promise | str, tuple[str, ...]], ...] = (
    (_("Organisation"), ("units", "staff", "roles", "teams", "duties", "groups", "seats", "calendars")),
    (_("Cases and promises"), ("types", "templates", "levels", "strategy", "macros", "equipment", "checks")),
    (_("Customers"), ("tiers", "surveys", "notices")),
    (_("Branches"), ("branches", "businesses", "classes")),
    (_("Channels"), ("mailboxes", "lines", "exchanges", "extensions", "blocked", "blocked-files")),
    (_("Other systems"), ("webhooks", "tokens")),
)


def settings_menu(staff: Staff) -> Iterator[tuple[Promise | str, list[MenuEntry]]]:
    """What one may set up, somewhere at least."""
    for title, codes in GROUPS:
        if places := [_place(code) for code in codes if staff.may(BELONGING[_model(code)].right)]:
            yield title, places


def _model(code: str) -> type[models.Model]:
    return PAGES[code][2] if code in PAGES else SECTIONS[code].model


def _place(code: str) -> MenuEntry:
    if code in PAGES:
        title, icon, _model = PAGES[code]
        return MenuEntry(code, title, icon, reverse(f"studio:{code}"))
    section = SECTIONS[code]
    return MenuEntry(code, section.title, section.icon, reverse("studio:things", args=[code]))


@staff_only
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the settings that is one's own."""
    for _title, places in settings_menu(staff_of(request)):
        return redirect(places[0].url)
    raise NotAllowed
