"""How sure the paths are: customers drawn again with replacement, all draws solved at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import ArrayLike, Floats
from service_science.checks import count, one_of, share
from service_science.satisfaction.model import SCHEMES, PathModel
from service_science.satisfaction.paths import prepared, solve

AT_ONCE = 250  # matrices in the cache's reach


@dataclass(frozen=True, slots=True)
class PathIntervals:
    """(from, to) → standard error, and the interval that holds the middle `level` of the draws."""

    error: dict[tuple[str, str], float]
    low: dict[tuple[str, str], float]
    high: dict[tuple[str, str], float]
    draws: Floats


def bootstrap_paths(
    data: ArrayLike, model: PathModel, *, rng: np.random.Generator, draws: int = 1000, scheme: str = "centroid",
    standardised: bool = True, consistent: bool = False, level: float = 0.95,
) -> PathIntervals:  # fmt: skip
    """`draws` samples of as many customers; each is standardised anew. Draws in which an item never varies are left
    out.
    """
    one_of("scheme", scheme, SCHEMES)
    items = prepared(data, model, standardised)
    n, total, tail = len(items), count("draws", draws, least=2), (1 - share("level", level)) / 2
    products = (items[:, :, None] * items[:, None, :]).reshape(n, -1)
    rows, columns = _places(model)
    found = []
    for begin in range(0, total, AT_ONCE):
        picked = rng.integers(0, n, (min(AT_ONCE, total - begin), n))
        often = np.stack([np.bincount(row, minlength=n) for row in picked]) / n
        means = often @ items
        covariance = (often @ products).reshape(len(often), items.shape[1], -1) - means[:, :, None] * means[:, None, :]
        variance = np.einsum("bii->bi", covariance)
        covariance = covariance[(variance > 1e-12).all(axis=1)]
        if standardised:
            root = np.sqrt(np.einsum("bii->bi", covariance))
            covariance = covariance / (root[:, :, None] * root[:, None, :])
        found.append(solve(covariance, model, scheme, consistent).paths[:, rows, columns])
    paths = np.concatenate(found)
    low, high = np.quantile(paths, [tail, 1 - tail], axis=0)
    error = paths.std(axis=0, ddof=1)
    named = [dict(zip(model.paths, values.tolist(), strict=True)) for values in (error, low, high)]
    return PathIntervals(error=named[0], low=named[1], high=named[2], draws=paths)


def _places(model: PathModel) -> tuple[list[int], list[int]]:
    names = model.names
    return [names.index(end) for _begin, end in model.paths], [names.index(begin) for begin, _end in model.paths]
