"""Forms that are run each time they are sent: they write nothing that would be there twice, or answer with cookies."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def may_repeat(view: Callable[P, R]) -> Callable[P, R]:
    view.may_repeat = True  # type: ignore[attr-defined]
    return view
