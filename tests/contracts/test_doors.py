"""Every page of the staff and every operation asks for the unit, by one of the doors. New addresses join by themselves."""

import types
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ruoshui.web.api.main import api

STAFF_PAGES = ("branch", "workspace", "cockpit", "studio")
# What knows the units of the asker: querysets, predicates, and the guard of the settings. `needs(right)` alone does not.
DOORS = {
    *("visible_to", "units_with", "in_reach_of", "unit_ids", "reaches", "working_in", "who_may", "must_set_up"),
    *("seen_in_settings", "may_set_up", "personal_to", "personal_or", "stood_in_for"),
}
# About oneself, about nobody, or for whoever holds a secret: no unit is to be asked for.
NO_UNIT = {
    "workspace:sign-in": "nobody is signed in yet",
    "workspace:sign-out": "oneself",
    "workspace:presence": "oneself",
    "workspace:account": "oneself",
    "workspace:sign-out-elsewhere": "oneself",
    "workspace:password": "oneself",
    "workspace:dial": "one's own telephone",
    "workspace:home": "leads on",
    "workspace:feed": "a calendar with a signed address, of one person",
    "workspace:views": "one's own saved lists",
    "workspace:notices": "what one was told",
    "workspace:bell": "what one was told",
    "workspace:read-all": "what one was told",
    "workspace:receipt": "what one has opened oneself",
    "workspace:follow": "what one was told",
    "studio:home": "leads on",
    "cockpit:limits": "counts of all tables, no row",
    "branch:device": "a screen with its key",
    "branch:device-now": "a screen with its key",
    "branch:rate": "a screen with its key",
    "branch:device-take": "a screen with its key",
    "branch:device-return": "a screen with its key",
    "branch:phone": "a customer with the key of the number",
    "branch:draft": "a customer with the key of the number",
    "branch:leave": "a customer with the key of the number",
    "branch:qr": "a customer with the key of the number",
    "branch:branches": "for everybody",
    "branch:book": "for everybody",
    "branch:appointment": "a customer with the appointment's code",
    "branch:code": "for everybody",
    "branch:confirm-appointment": "a customer with the code of the place",
    "branch:ics": "a customer with the appointment's code",
    "branch:cancel-appointment": "a customer with the appointment's code",
    "list_notices": "what one was told",
    "read_notice": "what one was told",
    "list_asset_kinds": "kinds, no thing",
    "list_levels": "what is promised to everybody",
    "list_surveys": "what everybody is asked",
    "list_case_types": "what everybody can ask for",
    "list_case_templates": "how that is worked on",
}


def _views() -> Iterator[tuple[str, Callable[..., Any]]]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in STAFF_PAGES:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield f"{resolver.namespace}:{pattern.name}", pattern.callback
    for _prefix, router in api._routers:
        for path in router.path_operations.values():
            for operation in path.operations:
                yield str(operation.operation_id), operation.view_func


def _used(function: Any, seen: set[int]) -> set[str]:
    """All names that it and what it calls in our own code use; what a decorator hides is looked into."""
    if isinstance(function, dict):
        return set().union(*(_used(one, seen) for one in function.values()))
    if not isinstance(function, types.FunctionType) or id(function) in seen:
        return set()
    seen.add(id(function))
    if not function.__module__.startswith(("ruoshui.", "django.contrib.auth.decorators", "django.views.decorators")):
        return set()
    found: set[str] = set()
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        found |= set(code.co_names)
        codes += [one for one in code.co_consts if isinstance(one, types.CodeType)]
    for cell in function.__closure__ or ():
        found |= _used(cell.cell_contents, seen)
    for name in set(found):
        found |= _used(function.__globals__.get(name), seen)
    return found | _used(getattr(function, "__wrapped__", None), seen)


def test_every_address_and_every_operation_asks_for_the_unit():
    views = dict(_views())
    without = {name for name, view in views.items() if not _used(view, set()) & DOORS}
    assert without - set(NO_UNIT) == set()
    assert set(NO_UNIT) - set(views) == set()  # none is excused that is gone


def test_a_right_alone_is_no_door():
    from ruoshui.organization.models import Permission
    from ruoshui.web.access import needs

    def view(request):
        return request

    view.__module__ = "ruoshui.web.made_up"
    assert not _used(needs(Permission.PEOPLE)(view), set()) & DOORS
