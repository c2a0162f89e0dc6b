"""Events: what happened, stated by the verb that made it happen, never derived from columns.

One recorded event has four uses: timeline, audit, trigger of reactions, measurement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from django.db import connection, models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core import live
from ruoshui.core.actors import Actor
from ruoshui.core.models import RecordedEvent
from ruoshui.core.partitions import ensure_partition
from ruoshui.core.writing import insert_all


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Subclasses are dataclasses of codes, ids and plain values.

    `sentence` is what the timeline says; its {placeholders} are the event's fields, shown by
    the reader's language. `icon` is a name of the icon set. `personal` names the fields that a
    privacy erasure must blank, `other_cases` those that hold the id of another case.
    """

    kind: ClassVar[str]
    sentence: ClassVar[str | Promise]
    icon: ClassVar[str] = "point"
    personal: ClassVar[tuple[str, ...]] = ()
    other_cases: ClassVar[tuple[str, ...]] = ()


KINDS: dict[str, type[Event]] = {}
E_ = TypeVar("E_", bound=type[Event])


def register(kind: str) -> "_Register":
    return _Register(kind)


class _Register:
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, event: E_) -> E_:
        if self.kind in KINDS or not hasattr(event, "sentence"):
            raise TypeError(f"event {self.kind} is registered twice or has no sentence")
        event.kind = self.kind
        KINDS[self.kind] = event
        return event


class HasTopics(Protocol):
    pk: Any

    def live_topics(self) -> list[str]: ...


class OutsideTransaction(RuntimeError):
    """An event recorded outside a transaction could survive a change that did not."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its circumstances, before it is written."""

    event: Event
    about: models.Model
    by: Actor
    at: datetime

    def row(self) -> RecordedEvent:
        return RecordedEvent(
            at=self.at,
            kind=self.event.kind,
            about_kind=self.about._meta.label_lower,
            about_id=self.about.pk,
            by_kind=self.by.kind,
            by_id=self.by.id,
            data=dict(vars(self.event)),
        )


def record(event: Event, *, about: models.Model, by: Actor, at: datetime) -> RecordedEvent:
    """Write the event, run what must follow at once, enqueue what may follow afterwards."""
    return record_all([Told(event, about, by, at)])[0]


def record_all(told: Sequence[Told]) -> list[RecordedEvent]:
    """Many events in one statement."""
    from ruoshui.core.reactions import react_to  # reactions import events

    if not connection.in_atomic_block:
        raise OutsideTransaction([one.event.kind for one in told])
    for one in told:
        ensure_partition(one.at)
    rows = [one.row() for one in told]
    insert_all(rows)
    if told:
        live.announce(_topics(told), max(one.at for one in told))
    for row, one in zip(rows, told, strict=True):
        react_to(one.event, row, one.about)
    return rows


def _topics(told: Sequence[Told]) -> set[str]:
    found: set[str] = set()
    for one in told:
        topics = getattr(one.about, "live_topics", None)
        if topics is not None:
            found.update(topics())
    return found


def restored(recorded: RecordedEvent) -> Event | None:
    """The typed event of a row; None for a kind that this version does not know."""
    kind = KINDS.get(recorded.kind)
    if kind is None:
        return None
    known = {name: value for name, value in recorded.data.items() if name in kind.__dataclass_fields__}
    return kind(**known)


@register("core.configured")
@dataclass(frozen=True, kw_only=True)
class Configured(Event):
    """Somebody changed a setting. `changes` maps a field to its old and new value."""

    what: str
    changes: Mapping[str, Any]
    sentence = _("changed the settings")
    icon = "settings"
