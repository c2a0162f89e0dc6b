"""When X happens in one domain, Y follows in another, and X does not know of Y.

`@at_once` runs in the same transaction: what must agree. `@afterwards` is a job enqueued in
the same transaction: neither the event nor its job can be lost. A job may run twice, so such
a reaction is idempotent; it only loads things and calls an action.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from ruoshui.core.events import Event
from ruoshui.core.models import RecordedEvent

Reaction = Callable[[Any, "Happened"], None]
HISTORY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with its circumstances, as reactions get it. `about` is only there at once."""

    recorded: RecordedEvent
    about: models.Model | None = None

    @property
    def at(self) -> datetime:
        return self.recorded.at

    @property
    def about_id(self) -> int:
        return self.recorded.about_id

    @property
    def is_history(self) -> bool:
        """Brought in long after it happened: the outside world must not hear of it now."""
        return self.recorded.recorded_at - self.recorded.at > HISTORY


_at_once: dict[type[Event], list[Reaction]] = {}
_afterwards: dict[type[Event], list[str]] = {}
_live_only: set[str] = set()
AFTERWARDS: dict[str, Reaction] = {}


def at_once(*kinds: type[Event]) -> Callable[[Reaction], Reaction]:
    def keep(reaction: Reaction) -> Reaction:
        for kind in kinds:
            _at_once.setdefault(kind, []).append(reaction)
        return reaction

    return keep


def afterwards(*kinds: type[Event], live_only: bool = False, formerly: str = "") -> Callable[[Reaction], Reaction]:
    """`live_only`: not for history brought in by replay (nobody gets mail about 2016). `formerly`: the name under which
    an older version may have left jobs.
    """

    def keep(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__}.{reaction.__name__}"
        AFTERWARDS[name] = reaction
        if formerly:
            AFTERWARDS[f"{reaction.__module__}.{formerly}"] = reaction
        if live_only:
            _live_only.add(name)
        for kind in kinds:
            _afterwards.setdefault(kind, []).append(name)
        return reaction

    return keep


def reactions_to(kind: type[Event]) -> tuple[list[str], list[str]]:
    """By name, those that run at once and those that run afterwards: `sla.end_clocks`, in their order."""
    at_once = [_short(f"{one.__module__}.{one.__name__}") for one in _at_once.get(kind, ())]
    return at_once, [_short(name) for name in _afterwards.get(kind, ())]


def _short(name: str) -> str:
    _package, domain, *_modules, function = name.split(".")
    return f"{domain}.{function}"


def react_to(event: Event, recorded: RecordedEvent, about: models.Model) -> None:
    happened = Happened(recorded, about)
    for reaction in _at_once.get(type(event), ()):
        reaction(event, happened)
    names = [name for name in _afterwards.get(type(event), ()) if not (name in _live_only and happened.is_history)]
    if names:
        from ruoshui.core.tasks import run_reaction  # tasks need the app registry

        for name in names:
            run_reaction.defer(reaction=name, event_id=recorded.pk, event_at=recorded.at.isoformat())
