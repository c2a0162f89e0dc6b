"""Spoils a text or a value the way editors, cables and attackers do: repeatable by its seed."""

import copy
import random
from typing import Any

ODD = [
    "", " ", "\x00", "\x07", "\ud800", "\u202e", "é", "９", "NaN", "1e400", "-1", "9" * 30, "x" * 600, "null", "true", "[]", "{}", "(", "not(", "..",
    ",", "50,000", "'", '"', "<", ">", "&", "]]>", "%s", "%200000000d", "../../x", "__class__", "P9999999D", "PT1H", "s", "e", "p", "if a > 1", "$ref", "#",
]  # fmt: skip
VALUES: list[Any] = [None, True, -1, 0, 1.5, float("nan"), float("inf"), 10**30, [], {}, [[]], {"a": {}}, *ODD]


def spoilt(text: str, chance: random.Random) -> str:
    """A few changes: letters lost, doubled, swapped, or odd ones put in."""
    for _count in range(chance.randint(1, 4)):
        begin = chance.randint(0, len(text))
        end = min(len(text), begin + chance.choice((0, 1, 2, 8, 60, 400)))
        part = text[begin:end]
        put = chance.choice((lambda: "", lambda: part * 2, lambda: chance.choice(ODD), lambda: part[::-1]))()  # noqa: B023 called at once
        text = text[:begin] + put + text[end:]
    return text


def spoilt_value(value: Any, chance: random.Random) -> Any:
    """The same with one to three of its parts lost, doubled or replaced by something odd."""
    value = copy.deepcopy(value)
    for _count in range(chance.randint(1, 3)):
        holder, key = _somewhere(value, chance)
        if holder is None:
            return chance.choice(VALUES)
        what = chance.randrange(4)
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder[key], str):
            holder[key] = spoilt(holder[key], chance)
        elif what == 2 and isinstance(holder, dict):
            holder[chance.choice(ODD)] = holder[key]
        else:
            holder[key] = chance.choice(VALUES)
    return value


def _somewhere(value: Any, chance: random.Random) -> tuple[Any, Any]:
    places = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list) and one:
            keys = list(one) if isinstance(one, dict) else list(range(len(one)))
            places += [(one, key) for key in keys]
            waiting += [one[key] for key in keys]
    return chance.choice(places) if places else (None, None)
