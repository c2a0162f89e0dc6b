"""Who may set something up: what `configure` and the verbs beside it ask before they write.

The guards themselves stand higher up, where people and their rights are known; they register here.
"""

from collections.abc import Callable

from django.db import models

from ruoshui.core.actors import Actor

Guard = Callable[[models.Model, Actor], None]
_guards: list[Guard] = []


def guards_settings(guard: Guard) -> Guard:
    """`guard(thing, by)` refuses by raising. It is asked about the thing as it was and as it is to be."""
    _guards.append(guard)
    return guard


def must_set_up(thing: models.Model, *, by: Actor) -> None:
    """Refuses whoever may not change `thing`, or bring it about, where it belongs."""
    for guard in _guards:
        guard(thing, by)
