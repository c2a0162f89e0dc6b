"""Requests sorted into classes: TF-IDF of signs and words, a linear machine with squared hinge loss for each class.

A piece may weigh the more, the more its frequency inside the class differs from outside (Wang, Manning, ACL 2012).

Confidences are made honest on a held-out fifth, so that a rule "by itself above 0.9, else a person" can be trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix

from service_science.arrays import Floats, Ints
from service_science.checks import WrongInput, positive, same_length
from service_science.text.pieces import pieces

RARE = 2  # texts a piece must occur in to be learned
HELD_OUT = 5


@dataclass(frozen=True, slots=True)
class Classified:
    """`confidence`: the probability that the label is right; `next_label`: what else it might be."""

    label: str
    confidence: float
    next_label: str


@dataclass(frozen=True, slots=True)
class Classifier:
    """A trained machine. `weights`: a row a piece, a column a label."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    rarity: Floats
    weights: Floats
    level: Floats
    sharpness: float

    def classify(self, text: str) -> Classified:
        """A text without any known piece gets the commonest label at its own frequency."""
        known = Counter(map(self.vocabulary.get, pieces(text)))
        known.pop(None, None)
        ids = np.fromiter(known.keys(), np.int64, len(known))
        value = self.rarity[ids] * np.log1p(np.fromiter(known.values(), np.float64, len(known)))
        norm = float(np.sqrt(value @ value)) or 1.0
        return self._decide(value @ self.weights[ids] / norm + self.level)

    def margins(self, texts: Sequence[str]) -> Floats:
        """A row a text, a column a label; the highest wins."""
        return _matrix([_counts(text) for text in texts], self.vocabulary, self.rarity) @ self.weights + self.level

    def _decide(self, margins: Floats) -> Classified:
        shares = np.exp((margins - margins.max()) * self.sharpness)
        first, second = np.argsort(-margins)[:2]
        return Classified(self.labels[first], float(shares[first] / shares.sum()), self.labels[second])


def train(texts: Sequence[str], labels: Sequence[str], *, cost: float = 1.0) -> Classifier:
    """Learn from labelled texts; two labels at least, `cost` weighs errors against simplicity."""
    same_length(texts=texts, labels=labels)
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise WrongInput("labels", "must hold two classes at least")
    weigh = positive("cost", cost)
    counts = [_counts(text) for text in texts]
    truth = np.array([names.index(label) for label in labels])
    vocabulary, rarity = _learn_pieces(counts)
    if not vocabulary:
        raise WrongInput("texts", f"share no piece that occurs in {RARE} of them")
    rows = _matrix(counts, vocabulary, rarity)
    sharpness = _sharpness(rows, truth, len(names), weigh)
    weights, level = _fit(rows, truth, len(names), weigh)
    return Classifier(names, vocabulary, rarity, weights, level, sharpness)


def _counts(text: str) -> Counter[str]:
    return Counter(pieces(text))


def _learn_pieces(counts: Sequence[Counter[str]]) -> tuple[dict[str, int], Floats]:
    often = Counter(piece for count in counts for piece in count)
    kept = [piece for piece, n in often.items() if n >= RARE]
    rarity = np.array([log((1 + len(counts)) / (1 + often[piece])) + 1 for piece in kept])
    return {piece: i for i, piece in enumerate(kept)}, rarity


def _matrix(counts: Sequence[Counter[str]], vocabulary: dict[str, int], rarity: Floats) -> csr_matrix:
    ids: list[int] = []
    often: list[int] = []
    ends = [0]
    for count in counts:
        for piece, n in count.items():
            at = vocabulary.get(piece)
            if at is not None:
                ids.append(at)
                often.append(n)
        ends.append(len(ids))
    columns = np.array(ids, dtype=np.int64)
    values = np.log1p(np.array(often, dtype=float)) * rarity[columns]
    matrix = csr_matrix((values, columns, np.array(ends)), shape=(len(counts), len(vocabulary)))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(norms > 0, norms, 1.0), np.diff(matrix.indptr))
    return matrix


def _fit(rows: csr_matrix, truth: Ints, labels: int, cost: float) -> tuple[Floats, Floats]:
    """All labels at once: each against the rest, |w|²/2 + cost · Σ max(0, 1 - y·f)²."""
    signs = np.where(truth[:, None] == np.arange(labels), 1.0, -1.0)
    width, turned, telling = rows.shape[1], rows.T.tocsr(), _telling(rows, truth, labels)

    def loss(flat: Floats) -> tuple[float, Floats]:
        whole = flat.reshape(width + 1, labels)
        gap = np.maximum(0.0, 1 - signs * (rows @ (telling * whole[:-1]) + whole[-1]))
        pull = -2 * cost * signs * gap
        slope = np.vstack([whole[:-1] + telling * (turned @ pull), pull.sum(axis=0)])
        return float((whole[:-1] ** 2).sum() / 2 + cost * (gap**2).sum()), slope.ravel()

    found = minimize(
        loss, np.zeros((width + 1) * labels), jac=True, method="L-BFGS-B", options={"maxiter": 60, "ftol": 1e-6}
    )
    whole = found.x.reshape(width + 1, labels)
    return telling * whole[:-1], whole[-1]


def _telling(rows: csr_matrix, truth: Ints, labels: int) -> Floats:
    """|log| of how much more or less often each piece occurs in texts of the label than in others."""
    has = csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)
    inside = np.stack([np.asarray(has[truth == label].sum(axis=0)).ravel() for label in range(labels)], axis=1)
    outside = inside.sum(axis=1, keepdims=True) - inside
    here, there = inside + 1, outside + 1
    return np.abs(np.log(here / here.sum(axis=0)) - np.log(there / there.sum(axis=0)))


def _sharpness(rows: csr_matrix, truth: Ints, labels: int, cost: float) -> float:
    """How steeply margins become probabilities, by the likelihood of a fifth that was not learned from."""
    held = np.arange(truth.size) % HELD_OUT == 0
    if truth.size < 4 * HELD_OUT or len(set(truth[~held].tolist())) < labels:
        return 2.0
    weights, level = _fit(rows[~held], truth[~held], labels, cost)
    margins = rows[held] @ weights + level
    margins -= margins.max(axis=1, keepdims=True)
    right = margins[np.arange(held.sum()), truth[held]]

    def unlikely(sharp: float) -> float:
        return float((np.log(np.exp(margins * sharp).sum(axis=1)) - right * sharp).mean())

    return float(minimize_scalar(unlikely, bounds=(0.1, 30), method="bounded").x)
