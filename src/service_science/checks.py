"""What a wrong argument is answered with. Plain Python, so that pages can import it without numpy."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service_science.arrays import ArrayLike, Floats

LARGEST = 2**63 - 1


class WrongInput(ValueError):
    """An argument that cannot be meant. `argument` is its name, as in the signature."""

    def __init__(self, argument: str, what: str) -> None:
        super().__init__(f"{argument}: {what}")
        self.argument = argument


def number(name: str, value: Any, *, least: float = -float("inf"), most: float = float("inf")) -> float:
    """A finite number within bounds."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongInput(name, f"must be a number, is {value!r}") from None
    if not isfinite(found):
        raise WrongInput(name, f"must be finite, is {found}")
    if not least <= found <= most:
        raise WrongInput(name, f"must lie between {least:g} and {most:g}, is {found:g}")
    return found


def positive(name: str, value: Any) -> float:
    found = number(name, value, least=0)
    if found == 0:
        raise WrongInput(name, "must be above zero")
    return found


def count(name: str, value: Any, *, least: int = 0) -> int:
    """A whole number that fits in 64 bits."""
    found = number(name, value)
    if found != int(found):
        raise WrongInput(name, f"must be a whole number, is {value!r}")
    whole = value if isinstance(value, int) else int(found)
    if not least <= whole <= LARGEST:
        raise WrongInput(name, f"must lie between {least} and {LARGEST}, is {whole}")
    return whole


def share(name: str, value: Any) -> float:
    """A part of one, its ends left out: a level, a quantile, a target."""
    found = number(name, value, least=0, most=1)
    if found in {0, 1}:
        raise WrongInput(name, "must lie between 0 and 1, both left out")
    return found


def one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise WrongInput(name, f"must be one of {', '.join(allowed)}, is {value!r}")
    return value


def numbers(
    name: str, values: ArrayLike, *, least: float | None = None, sizes: tuple[int, ...] = (1,), empty: bool = False
) -> Floats:
    """Finite numbers in an array of one of the dimensions in `sizes`."""
    import numpy as np

    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise WrongInput(name, "must be numbers") from None
    if found.ndim not in sizes:
        raise WrongInput(name, f"must have {' or '.join(map(str, sizes))} dimension(s), has {found.ndim}")
    if not empty and found.size == 0:
        raise WrongInput(name, "must not be empty")
    if not np.isfinite(found).all():
        raise WrongInput(name, "must be finite numbers, holds NaN or infinity")
    if least is not None and (found < least).any():
        raise WrongInput(name, f"must not lie below {least:g}")
    return found


def same_length(**named: Any) -> None:
    """All the given sequences are as long as the first."""
    (first, head), *rest = named.items()
    for name, values in rest:
        if len(values) != len(head):
            raise WrongInput(name, f"must be as long as {first} ({len(head)}), is {len(values)} long")
