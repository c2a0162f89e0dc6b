"""A path model in words: which questions measure which notion, and which notion bears on which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from service_science.arrays import Flags, Ints
from service_science.checks import WrongInput, one_of

SCHEMES = ("centroid", "factorial", "path")
MODES = ("A", "B")


@dataclass(frozen=True, slots=True)
class PathModel:
    """`blocks`: notion → columns of the data; `paths`: (from, to) pairs, without a circle; `modes`: notion → A
    (default) or B.

    Mode A: the answers reflect the notion; mode B: they form it.
    """

    blocks: Mapping[str, Sequence[int]]
    paths: Sequence[tuple[str, str]]
    modes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.blocks) < 2:
            raise WrongInput("blocks", "must be two at least")
        for name, columns in self.blocks.items():
            if not len(columns):
                raise WrongInput("blocks", f"{name} has no columns")
        for ends in self.paths:
            for end in ends:
                one_of("paths", end, list(self.blocks))
        for name, mode in self.modes.items():
            one_of("modes", name, list(self.blocks))
            one_of("modes", mode, MODES)
        self._refuse_circles()

    @property
    def names(self) -> list[str]:
        return list(self.blocks)

    @property
    def columns(self) -> Ints:
        """The columns of all blocks, one block after another."""
        return np.concatenate([np.asarray(columns, dtype=np.int64) for columns in self.blocks.values()])

    @property
    def member(self) -> Flags:
        """member[item, notion], items in the order of `columns`."""
        of = np.repeat(np.arange(len(self.blocks)), [len(columns) for columns in self.blocks.values()])
        return of[:, None] == np.arange(len(self.blocks))

    @property
    def arrows(self) -> Flags:
        """arrows[to, from]."""
        names = self.names
        found = np.zeros((len(names), len(names)), dtype=bool)
        for begin, end in self.paths:
            found[names.index(end), names.index(begin)] = True
        return found

    def _refuse_circles(self) -> None:
        left, arrows = set(range(len(self.blocks))), self.arrows
        while left:
            free = {j for j in left if not any(arrows[j, k] for k in left)}
            if not free:
                raise WrongInput("paths", "go round in a circle")
            left -= free
