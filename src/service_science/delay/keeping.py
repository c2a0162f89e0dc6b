"""What running means hold, as plain values that JSON can keep, and back again."""

from __future__ import annotations

from typing import Any

import numpy as np

from service_science.delay.model import Blend, WaitModel

MODEL = ("centre", "scale", "root", "middle", "spread")


def plain(thing: Any) -> Any:
    """An object of slots becomes a dictionary, all the way down."""
    if isinstance(thing, dict):
        return {name: plain(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [plain(value) for value in thing]
    if hasattr(thing, "__slots__"):
        return {name: plain(getattr(thing, name)) for name in thing.__slots__}
    return thing


def fill(thing: Any, kept: Any) -> Any:
    """Put plain values back into an object of the same form; returns what is to stand there."""
    if isinstance(thing, dict):
        for name in thing.keys() & kept.keys():
            thing[name] = fill(thing[name], kept[name])
        return thing
    if isinstance(thing, list):
        return [fill(value, other) for value, other in zip(thing, kept, strict=True)]
    if hasattr(thing, "__slots__"):
        for name in thing.__slots__:
            if name in kept:
                setattr(thing, name, fill(getattr(thing, name), kept[name]))
        return thing
    return kept


def plain_model(model: WaitModel) -> dict[str, Any]:
    arrays = {name: getattr(model, name).tolist() for name in MODEL}
    return arrays | {"variance": model.variance, "largest": model.largest}


def model_of(kept: dict[str, Any]) -> WaitModel:
    arrays = {name: np.array(kept[name], dtype=float) for name in MODEL}
    return WaitModel(**arrays, variance=float(kept["variance"]), largest=float(kept["largest"]))


def plain_blend(blend: Blend) -> list[list[Any]]:
    return [[weight, plain_model(model)] for weight, model in zip(blend.weights, blend.models, strict=True)]


def blend_of(kept: list[list[Any]]) -> Blend:
    return Blend(tuple(model_of(model) for _weight, model in kept), tuple(float(weight) for weight, _model in kept))
