"""Path models by partial least squares: modes A and B, three schemes, standardised or raw, consistent on request.

Lohmöller 1989; Tenenhaus, Esposito Vinzi, Chatelin, Lauro, CSDA 48 (2005) 159; Dijkstra, Henseler, MISQ 39 (2015) 297.
All works on matrices of covariance, many at once: a fit is a bootstrap of one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from service_science.arrays import ArrayLike, Floats
from service_science.checks import WrongInput, numbers, one_of
from service_science.satisfaction.model import SCHEMES, PathModel

__all__ = ["PathFit", "PathModel", "Solved", "fit_paths", "solve"]

CLOSE, MOST_ROUNDS = 1e-10, 500


@dataclass(frozen=True, slots=True)
class PathFit:
    """`weights`, `loadings`: notion → an entry an item; `paths`: (from, to) → coefficient; `explained`: R² of each
    notion that is pointed at; `reliability`: rho_A of notions in mode A; `scores`: a row a customer, a column a
    notion, variance 1.
    """

    weights: dict[str, Floats]
    loadings: dict[str, Floats]
    paths: dict[tuple[str, str], float]
    explained: dict[str, float]
    reliability: dict[str, float]
    scores: Floats


def fit_paths(
    data: ArrayLike, model: PathModel, *, scheme: str = "centroid", standardised: bool = True, consistent: bool = False
) -> PathFit:
    """Fit to `data`, a row a customer. Raw data keep their variances (Tenenhaus et al.), standardised ones lose them.

    `consistent` corrects for the error of measurement (PLSc). Raises WrongInput when an item never varies.
    """
    one_of("scheme", scheme, SCHEMES)
    items = prepared(data, model, standardised)
    covariance = items.T @ items / len(items)
    solved = solve(covariance[None], model, scheme, consistent)
    weights, names = solved.weights[0], model.names
    loads = (covariance @ weights) / np.sqrt(np.diag(covariance))[:, None]
    member = model.member
    return PathFit(
        weights={name: weights[member[:, j], j] for j, name in enumerate(names)},
        loadings={name: loads[member[:, j], j] for j, name in enumerate(names)},
        paths={(a, b): float(solved.paths[0, names.index(b), names.index(a)]) for a, b in model.paths},
        explained={name: float(solved.explained[0, j]) for j, name in enumerate(names) if model.arrows[j].any()},
        reliability={
            name: float(solved.reliability[0, j]) for j, name in enumerate(names) if model.modes.get(name, "A") == "A"
        },
        scores=items @ weights,
    )


def prepared(data: ArrayLike, model: PathModel, standardised: bool) -> Floats:
    """The model's items in the order of its blocks, centred, of variance 1 if standardised."""
    rows = numbers("data", data, sizes=(2,))
    columns = model.columns
    if columns.max() >= rows.shape[1] or columns.min() < 0:
        raise WrongInput("blocks", f"name column {columns.max()} of {rows.shape[1]}")
    if len(rows) < 3:
        raise WrongInput("data", "must have three rows at least")
    items = rows[:, columns] - rows[:, columns].mean(axis=0)
    spread = items.std(axis=0)
    if (spread < 1e-12).any():
        raise WrongInput("data", f"column {columns[int(spread.argmin())]} never varies")
    return items / spread if standardised else items


@dataclass(frozen=True, slots=True)
class Solved:
    """The first axis counts the matrices. weights[., item, notion], paths[., to, from], explained[., notion]."""

    weights: Floats
    paths: Floats
    explained: Floats
    reliability: Floats


def solve(covariance: Floats, model: PathModel, scheme: str, consistent: bool = False) -> Solved:
    """Weights by turns of outside and inside estimates until nothing moves, then the paths."""
    member, arrows = model.member, model.arrows
    inverse = _inverse_of_blocks(covariance, model)
    weights = _scaled(np.where(member, 1.0, 0.0)[None].repeat(len(covariance), axis=0), covariance)
    for _round in range(MOST_ROUNDS):
        across = covariance @ weights  # covariance of items with notions
        between = weights.transpose(0, 2, 1) @ across
        outside = np.where(member, across @ _inner(between, arrows, scheme).transpose(0, 2, 1), 0.0)
        fresh = _scaled(outside if inverse is None else inverse @ outside, covariance)
        moved = np.abs(fresh - weights).max()
        weights = fresh
        if moved < CLOSE:
            break
    sign = np.sign((weights * member).sum(axis=1, keepdims=True))
    weights = weights * np.where(sign == 0, 1, sign)
    between = weights.transpose(0, 2, 1) @ covariance @ weights
    reliability = _rho_a(weights, covariance, model)
    if consistent:
        root = np.sqrt(reliability)
        between = between / (root[:, :, None] * root[:, None, :])
        between[:, np.arange(len(member[0])), np.arange(len(member[0]))] = 1.0
    paths, explained = _regressions(between, arrows)
    return Solved(weights, paths, explained, reliability)


def _scaled(weights: Floats, covariance: Floats) -> Floats:
    """So that every notion has variance 1."""
    variance = (weights * (covariance @ weights)).sum(axis=1, keepdims=True)
    return weights / np.sqrt(variance)


def _inner(between: Floats, arrows: np.ndarray, scheme: str) -> Floats:
    """How much each notion counts for its neighbours: inner[., notion, neighbour]."""
    linked = arrows | arrows.T
    if scheme == "centroid":
        return np.where(linked, np.sign(between), 0.0)
    found = np.where(linked, between, 0.0)
    if scheme == "path":  # causes by regression, effects by correlation
        found = np.where(arrows, _regressions(between, arrows)[0], found)
    return found


def _regressions(between: Floats, arrows: np.ndarray) -> tuple[Floats, Floats]:
    paths, explained = np.zeros_like(between), np.zeros(between.shape[:2])
    for j, causes in enumerate(arrows):
        k = np.flatnonzero(causes)
        if k.size:
            right = between[:, k, j]
            beta = np.linalg.solve(between[:, k[:, None], k], right[:, :, None])[:, :, 0]
            paths[:, j, k] = beta
            explained[:, j] = (beta * right).sum(axis=1)
    return paths, explained


def _inverse_of_blocks(covariance: Floats, model: PathModel) -> Floats | None:
    """For mode B the inverse of the block's own covariance, for mode A the identity; None when all are A."""
    forming = [j for j, name in enumerate(model.names) if model.modes.get(name) == "B"]
    if not forming:
        return None
    found = np.eye(covariance.shape[1])[None].repeat(len(covariance), axis=0)
    for j in forming:
        k = np.flatnonzero(model.member[:, j])
        try:
            found[:, k[:, None], k] = np.linalg.inv(covariance[:, k[:, None], k])
        except np.linalg.LinAlgError:
            raise WrongInput("data", f"items of {model.names[j]} depend on one another") from None
    return found


def _rho_a(weights: Floats, covariance: Floats, model: PathModel) -> Floats:
    """Dijkstra–Henseler reliability of notions in mode A with two items or more; 1 for the others."""
    found = np.ones((len(covariance), len(model.names)))
    for j, name in enumerate(model.names):
        k = np.flatnonzero(model.member[:, j])
        if k.size < 2 or model.modes.get(name, "A") == "B":
            continue
        w = weights[:, k, j]
        s = covariance[:, k[:, None], k]
        square = w[:, :, None] * w[:, None, :]
        off = ~np.eye(k.size, dtype=bool)
        above = (square * s * off).sum(axis=(1, 2))
        below = (square * square * off).sum(axis=(1, 2))
        found[:, j] = np.clip((w * w).sum(axis=1) ** 2 * above / below, 1e-6, None)
    return np.minimum(found, 1.0)
