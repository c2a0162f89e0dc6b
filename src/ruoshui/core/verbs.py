"""The frame of every verb: one transaction, no savepoint.

Nested verbs join the transaction of the outermost one: if any of them is refused, all of it
is undone. A caller that wants to go on after a refusal opens its own `transaction.atomic()`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def verb(action: Callable[P, R]) -> Callable[P, R]:
    return transaction.atomic(savepoint=False)(action)
