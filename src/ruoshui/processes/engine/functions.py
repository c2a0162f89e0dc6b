"""What a condition may call and work with. Functions are named as in DMN's language, with _ for its blanks."""

import ast
import math
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ruoshui.processes.engine.bounds import as_number, as_text, rounded
from ruoshui.processes.engine.times import Length, added, clock_time, day, instant, length_of, taken_from

_MOMENTS = (Length, datetime)
_EXACT = 2**53


def _text(value: Any) -> str:
    """For what only texts can do. Raises TypeError."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    """Of one list, or the arguments themselves."""
    listed = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return [as_number(value) for value in listed]


def _mean(*values: Any) -> Any:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers)


def _substring(text: Any, start: Any, length: Any = None) -> str:
    """DMN counts letters from 1, and from -1 at the end."""
    letters, place = _text(text), int(as_number(start))
    if place == 0:
        raise ValueError
    first = place - 1 if place > 0 else max(0, len(letters) + place)
    return letters[first:] if length is None else letters[first : first + max(0, int(as_number(length)))]


def _number(text: Any) -> Any:
    value = float(_text(text))
    return int(value) if value.is_integer() else value


def _power(base: Any, exponent: Any) -> Any:
    """In floating point: a whole number would be worked out to its last digit before it could be called too large."""
    result = math.pow(as_number(base), as_number(exponent))
    is_whole = isinstance(base, int) and isinstance(exponent, int) and exponent >= 0
    return int(result) if is_whole and abs(result) < _EXACT else result


def _plus(left: Any, right: Any) -> Any:
    moments = isinstance(left, _MOMENTS) or isinstance(right, _MOMENTS)
    return added(left, right) if moments else operator.add(left, right)


def _minus(left: Any, right: Any) -> Any:
    moments = isinstance(left, (*_MOMENTS, str)) or isinstance(right, (*_MOMENTS, str))
    return taken_from(left, right) if moments else as_number(left) - as_number(right)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "round": rounded,
    "decimal": rounded,
    "floor": lambda value: math.floor(as_number(value)),
    "ceiling": lambda value: math.ceil(as_number(value)),
    "abs": lambda value: abs(as_number(value)),
    "modulo": lambda a, b: as_number(a) % as_number(b),
    "sum": lambda *values: sum(_numbers(values)),
    "mean": _mean,
    "count": lambda value: len(_list(value)),
    "length": lambda value: len(value or ""),
    "contains": lambda text, part: _text(part) in _text(text),
    "starts_with": lambda text, part: _text(text).startswith(_text(part)),
    "ends_with": lambda text, part: _text(text).endswith(_text(part)),
    "upper_case": lambda text: _text(text).upper(),
    "lower_case": lambda text: _text(text).lower(),
    "substring": _substring,
    "list_contains": lambda values, value: value in _list(values),
    "date": day,
    "time": clock_time,
    "date_and_time": instant,
    "duration": length_of,
    "number": _number,
    "string": as_text,
    "given": lambda value: value not in (None, ""),
}
OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: _plus,
    ast.Sub: _minus,
    ast.Mult: lambda a, b: as_number(a) * as_number(b),
    ast.Div: lambda a, b: as_number(a) / as_number(b),
    ast.Mod: lambda a, b: as_number(a) % as_number(b),
    ast.Pow: _power,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
