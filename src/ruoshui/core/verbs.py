"""The frame of every verb: all of it or nothing.

The outermost verb is a transaction (or, inside one, a savepoint: a refusal undoes just that verb).
Verbs it calls join it without a savepoint of their own: if any of them is refused, all is undone.
"""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")
_inside: ContextVar[bool] = ContextVar("inside_a_verb", default=False)


def verb(action: Callable[P, R]) -> Callable[P, R]:
    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        nested = _inside.get()
        mark = _inside.set(True)
        try:
            with transaction.atomic(savepoint=not nested):
                return action(*args, **kwargs)
        finally:
            _inside.reset(mark)

    return run
