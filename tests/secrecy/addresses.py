"""Every address of the product with real numbers in it: the pages by their patterns, the API by its description.

A new address joins by itself if what its numbers count is known here; otherwise the test says which is not.
"""

import re
from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ruoshui.assets.models import Asset
from ruoshui.cases.models import Attachment, Case
from ruoshui.channels.models import Call, CallBack, Exchange, LetterIn, LetterOut, Line, TextIn, TextOut
from ruoshui.customers.models import Customer
from ruoshui.documents.models import DocumentVersion
from ruoshui.informing.models import NoticeTemplate
from ruoshui.notices.models import Notice
from ruoshui.organization.models import ApiToken, Calendar, Staff, Unit
from ruoshui.processes.models import Task
from ruoshui.queues.models import Appointment, Branch, Device, Ticket
from ruoshui.sla.models import Clock, Extension, InternalRequest, Level, Urge
from ruoshui.web.studio.sections import SECTIONS
from ruoshui.webhooks.models import Delivery, Subscription

HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")
# The word before a number says what it counts.
COUNTED: dict[str, Any] = {
    "cases": Case,
    "files": Attachment,
    "messages": TextOut,
    "customers": Customer,
    "mergers": Customer,
    "links": Case,
    "calls": Call,
    "back": CallBack,
    "call-backs": CallBack,
    "documents": DocumentVersion,
    "tasks": Task,
    "clocks": Clock,
    "requests": InternalRequest,
    "urges": Urge,
    "extensions": Extension,
    "mail": LetterIn,
    "out": LetterOut,
    "notices": Notice,
    "assets": Asset,
    "numbers": Ticket,
    "appointments": Appointment,
    "units": Unit,
    "staff": Staff,
    "feed": Staff,
    "calendars": Calendar,
    "tokens": ApiToken,
    "levels": Level,
    "numbered": Branch,
    "webhooks": Subscription,
    "deliveries": Delivery,
}
# By address, where the word before says too little.
BY_ADDRESS: dict[str, Any] = {
    "settings/branches/<int:pk>": Branch,
    "settings/notices/<int:pk>": NoticeTemplate,
    "messages/in/<int:pk>": TextIn,
    "customers/<id>/mergers/<other>": Customer,
    "cases/<number>/mergers/<other>": Case,
    "cases/<number>/links/<to>": Case,
}
CODES: dict[str, Any] = {
    "branch/<slug:code>": ["east"],
    "branches/<slug:code>": ["east"],
    "branches/<code>": ["east"],
    "device/<str:key>": Device,
    "boards/<slug:code>": ["green"],
    "new/<slug:code>": ["billing"],
    "settings/templates/<slug:code>": ["connection"],
    "chat/<slug:code>": Line,
    "in/lines/<slug:code>": Line,
    "in/exchanges/<slug:code>": Exchange,
    "counters/<int:number>": ["1"],
    "counters/<number>": ["1"],
    "export.<str:form>": ["csv"],
    "assets.<slug:form>": ["csv", "xlsx"],
    "milestones/<milestone>": ["survey"],
    "appointments/<slug:code>": ["nonesuch"],
    "appointments/<code>": ["nonesuch"],
    "wishes/<str:token>": ["nonesuch"],
    "s/<str:token>": ["nonesuch"],
    "feed/<int:pk>/<slug:key>": ["nonesuch"],
}


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


def addresses(world: SimpleNamespace) -> dict[str, list[str]]:
    """By pattern, the addresses it has in this world."""
    return {pattern: [f"/{one}" for one in _filled(world, pattern)] for pattern in dict.fromkeys(patterns())}


def _filled(world: SimpleNamespace, pattern: str) -> list[str]:
    holes = list(HOLE.finditer(pattern))
    if len(holes) > 1 and pattern.startswith("settings/<slug:section>"):
        return [pattern.replace("<slug:section>", code).replace("<int:pk>", pk) for code, pk in _things()]
    found = []
    for chosen in product(*(_answers(world, pattern, hole) for hole in holes)):
        filled = pattern
        for value in chosen:
            filled = HOLE.sub(value, filled, count=1)
        found.append(filled)
    return found


def _answers(world: SimpleNamespace, pattern: str, hole: re.Match[str]) -> list[str]:
    kind, name = hole.groups()
    if name == "section":
        return list(SECTIONS)
    if name == "verb_name":
        return [
            "start",
            "form",
            "finish",
            "recall",
            "hold",
            "resume",
            "not-come",
            "rejoin",
            "call",
            "transfer",
            "priority",
            "excuse",
        ]
    if name == "key" and kind == "uuid":
        return [str(world.theirs_number.key)]
    counted = _counted(pattern, hole)
    if isinstance(counted, list):
        return counted
    if name == "number" and counted is Case:
        return [case.number for case in world.rows[Case]]
    return _keys_of(world, counted, name)


def _counted(pattern: str, hole: re.Match[str]) -> Any:
    """The model whose rows the hole is filled with, or a list of words."""
    upto = pattern[: hole.end()]
    for ending, answer in (BY_ADDRESS | CODES).items():
        if upto.endswith(ending):
            return answer
    word = upto.removesuffix(hole.group()).rstrip("/").rpartition("/")[2]
    if hole.group(2) == "number" and word in ("case", "cases"):
        return Case
    assert word in COUNTED, f"What does the number in {pattern} count? Say so in COUNTED."
    return COUNTED[word]


def is_about_the_secret(world: SimpleNamespace, pattern: str) -> bool:
    """One of its numbers counts rows that hang on the secret case, or their customers."""
    if "<slug:section>" in pattern:
        return False  # what people set up
    holes = [hole for hole in HOLE.finditer(pattern) if hole.group(2) != "verb_name"]
    found = [_counted(pattern, hole) for hole in holes if hole.group(1) != "uuid"]
    return any(not isinstance(one, list) and (one in world.rows or one is Customer) for one in found)


def _keys_of(world: SimpleNamespace, model: Any, name: str) -> list[str]:
    if name in ("code", "key"):
        return [str(getattr(one, name)) for one in model._default_manager.all()[:6]]
    rows = world.rows.get(model) or model._default_manager.order_by("pk")[:1]
    if model is Customer:
        rows = [world.customer]
    return [str(row.pk) for row in rows]


def _things() -> Iterator[tuple[str, str]]:
    for code, section in SECTIONS.items():
        for thing in section.model._default_manager.all()[:1]:
            yield code, str(thing.pk)
