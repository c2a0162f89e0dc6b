"""What happened to a case, in sentences of the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ruoshui.assets.models import Asset
from ruoshui.cases.models import Case, Channel, LinkKind, Outcome
from ruoshui.cases.queries import shown_events
from ruoshui.channels.models import LetterIn
from ruoshui.core.actors import Actor, ActorKind
from ruoshui.core.events import KINDS
from ruoshui.core.models import RecordedEvent
from ruoshui.core.naming import Blank, in_language
from ruoshui.customers.models import Customer
from ruoshui.organization.models import ApiToken, SessionEnd, Staff, Team, Unit
from ruoshui.sla.models import Decision, InternalRequest, Level, PauseReason, RungTo, Target, Term, ViolationKind
from ruoshui.web.tags import minutes, moment

MOST = 300
# icons: arrows-move, user-check, beach, key, key-off, settings, point
MODELS: dict[str, type[Any]] = {
    "assignee": Staff,
    "team": Team,
    "unit": Unit,
    "from_unit": Unit,
    "to_unit": Unit,
    "level": Level,
    "term": Term,
}
LOOKS = {
    "sla.promise_broken": "late",
    "sla.violation_recorded": "late",
    "sla.urged": "late",
    "sla.clock_warned": "soon",
    "sla.clock_escalated": "late",
    "sla.promise_kept": "good",
    "sla.request_done": "good",
    "cases.closed": "good",
    "processes.stopped": "late",
    "processes.task_done": "good",
    "documents.accepted": "good",
    "assets.round_done": "good",
    "assets.defect_found": "late",
    "assets.defect_mended": "good",
    "organization.sign_in_failed": "late",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    who: str
    sentence: str
    icon: str
    look: str


class Names:
    """Names of people and things, loaded together."""

    def __init__(self) -> None:
        self._wanted: dict[type[Any], set[int]] = {}
        self._found: dict[tuple[type[Any], int], str] = {}

    def want(self, model: type[Any], pk: int | None) -> None:
        if pk is not None:
            self._wanted.setdefault(model, set()).add(pk)

    def want_actor(self, actor: Actor) -> None:
        model = ACTORS.get(actor.kind)
        if model is not None:
            self.want(model, actor.id)

    def load(self) -> None:
        for model, ids in self._wanted.items():
            for row in model.objects.filter(pk__in=ids):
                self._found[model, row.pk] = row.name

    def of(self, model: type[Any], pk: int | None) -> str:
        return self._found.get((model, pk or 0), "—")

    def actor(self, actor: Actor) -> str:
        model = ACTORS.get(actor.kind)
        return self.of(model, actor.id) if model else _("Ruoshui")


ACTORS: dict[ActorKind, type[Any]] = {
    ActorKind.STAFF: Staff,
    ActorKind.CUSTOMER: Customer,
    ActorKind.INTEGRATION: ApiToken,
}


def case_timeline(case: Case, reader: Staff) -> list[TimelineEntry]:
    """The newest 300 lines, newest first."""
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk, at__gte=case.opened_at)
    return told(shown_events(reader, events.order_by("-at", "-id")[:MOST]))


def request_timeline(request: InternalRequest) -> list[TimelineEntry]:
    """All of it, newest first."""
    events = RecordedEvent.objects.filter(
        about_kind="sla.internalrequest", about_id=request.pk, at__gte=request.asked_at
    )
    return told(list(events.order_by("-at", "-id")[:MOST]))


def asset_timeline(asset: Asset) -> list[TimelineEntry]:
    """The newest 300 lines, newest first."""
    events = RecordedEvent.objects.filter(about_kind="assets.asset", about_id=asset.pk, at__gte=asset.registered_at)
    return told(list(events.order_by("-at", "-id")[:MOST]))


def letter_timeline(letter: LetterIn) -> list[TimelineEntry]:
    """Who let it in, or left it out; newest first."""
    events = RecordedEvent.objects.filter(
        about_kind="channels.letterin", about_id=letter.pk, at__gte=letter.received_at
    )
    return told(list(events.order_by("-at", "-id")[:MOST]))


def customer_timeline(customer: Customer) -> list[TimelineEntry]:
    """The newest 30 lines, newest first, also of records that were merged into this one."""
    ids = [customer.pk, *customer.merged_from.values_list("pk", flat=True)]
    events = RecordedEvent.objects.filter(
        about_kind="customers.customer", about_id__in=ids, at__gte=customer.created_at
    )
    return told(list(events.order_by("-at", "-id")[:30]))


ACCOUNT = (
    "organization.signed_in",
    "organization.signed_out",
    "organization.sign_in_failed",
    "organization.password_changed",
    "organization.token_issued",
    "organization.token_revoked",
    "organization.token_ending",
    "organization.token_expired",
)


def account_timeline(staff: Staff, now: datetime) -> list[TimelineEntry]:
    """What happened to somebody's account in the last 90 days: the newest 50 lines, newest first."""
    events = RecordedEvent.objects.filter(
        about_kind="organization.staff", about_id=staff.pk, kind__in=ACCOUNT, at__gte=now - timedelta(days=90)
    )
    return told(list(events.order_by("-at", "-id")[:50]))


def slowed_networks(now: datetime) -> list[TimelineEntry]:
    """Networks that had to wait in the last 7 days: the newest 20 lines, newest first."""
    events = RecordedEvent.objects.filter(kind="organization.guessing_slowed", at__gte=now - timedelta(days=7))
    return told(list(events.order_by("-at", "-id")[:20]))


def told(events: list[RecordedEvent]) -> list[TimelineEntry]:
    names = Names()
    for event in events:
        names.want_actor(event.by)
        for field, model in MODELS.items():
            names.want(model, event.data.get(field))
    names.load()
    return [_line(event, names) for event in events]


def _line(event: RecordedEvent, names: Names) -> TimelineEntry:
    kind = KINDS.get(event.kind)
    shown = _shown(event.data, names, kind.other_cases if kind else ())
    sentence = str(kind.sentence).format_map(Blank(shown)) if kind else event.kind
    return TimelineEntry(
        event.at,
        names.actor(event.by),
        sentence.rstrip(": ："),
        kind.icon if kind else "point",
        LOOKS.get(event.kind, ""),
    )


def _shown(data: dict[str, Any], names: Names, cases: tuple[str, ...]) -> dict[str, str]:
    shown = {field: _word(field, value, names) for field, value in data.items()}
    shown |= {field: f"RS{data[field]:08d}" for field in cases if isinstance(data.get(field), int)}
    if data.get("name_en"):
        shown["name"] = in_language(str(data.get("name", "")), str(data["name_en"]))
    return shown


def _word(field: str, value: Any, names: Names) -> str:
    if field in MODELS:
        return names.of(MODELS[field], value)
    for choices in LABELS.get(field, ()):
        if value in choices.values:
            return str(choices(value).label)
    if field == "direction":
        return {"down": _("down"), "up": _("up"), "across": _("across")}.get(str(value), str(value))
    if field == "told":
        return ", ".join(str(RungTo(code).label) for code in value if code in RungTo.values)
    if field in MOMENTS and isinstance(value, str):
        return moment(parse_datetime(value))
    if field == "approves":
        return _("approved") if value else _("rejected")
    if isinstance(value, dict):
        return ", ".join(f"{name} = {one}" for name, one in value.items())
    if field == "minutes":
        return minutes(value)
    return "" if value is None else str(value)


MOMENTS = {"due", "since", "begin", "end", "was"}
LABELS: dict[str, Iterable[Any]] = {
    "reason": (PauseReason,),
    "outcome": (Outcome,),
    "channel": (Channel,),
    "target": (Target,),
    "decision": (Decision,),
    "violation_kind": (ViolationKind,),
    "link": (LinkKind,),
    "end": (SessionEnd,),
}
