"""The settings by what they are about."""

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.web.studio.sections import SECTIONS

# icons: building, user, shield, grid-dots, sitemap, building-store, calendar, key


class Place(NamedTuple):
    code: str
    title: Promise | str
    icon: str
    url: str


PAGES: dict[str, tuple[Promise | str, str]] = {
    "units": (_("Units"), "building"),
    "staff": (_("Staff"), "user"),
    "calendars": (_("Calendars"), "calendar"),
    "templates": (_("Case templates"), "sitemap"),
    "levels": (_("Service levels"), "shield"),
    "strategy": (_("Service strategy"), "grid-dots"),
    "branches": (_("Branches"), "building-store"),
    "tokens": (_("API tokens"), "key"),
}
GROUPS: tuple[tuple[Promise | str, tuple[str, ...]], ...] = (
    (_("Organisation"), ("units", "staff", "roles", "teams", "duties", "groups", "seats", "calendars")),
    (_("Cases and promises"), ("types", "templates", "levels", "strategy", "macros", "equipment", "checks")),
    (_("Customers"), ("tiers", "surveys", "notices")),
    (_("Branches"), ("branches", "businesses", "classes")),
    (_("Channels"), ("mailboxes", "lines", "exchanges", "extensions", "blocked", "blocked-files")),
    (_("Other systems"), ("webhooks", "tokens")),
)


def settings_menu() -> Iterator[tuple[Promise | str, list[Place]]]:
    for title, codes in GROUPS:
        yield title, [_place(code) for code in codes]


def _place(code: str) -> Place:
    if code in PAGES:
        title, icon = PAGES[code]
        return Place(code, title, icon, reverse(f"studio:{code}"))
    section = SECTIONS[code]
    return Place(code, section.title, section.icon, reverse("studio:things", args=[code]))
