"""Whether notions are told apart at all: the heterotrait-monotrait ratio (Henseler, Ringle, Sarstedt, JAMS 43 (2015)
115).
"""

from __future__ import annotations

import numpy as np

from service_science.arrays import ArrayLike
from service_science.satisfaction.model import PathModel
from service_science.satisfaction.paths import prepared


def heterotrait_monotrait(data: ArrayLike, model: PathModel) -> dict[tuple[str, str], float]:
    """Mean correlation across two notions over the geometric mean of those within each. Above 0.9: one notion, not two.

    Notions with a single item count 1 within.
    """
    items = prepared(data, model, standardised=True)
    size = np.abs(items.T @ items / len(items))
    member, names = model.member, model.names
    within = []
    for j in range(len(names)):
        k = np.flatnonzero(member[:, j])
        block = size[np.ix_(k, k)]
        within.append(float(block[~np.eye(k.size, dtype=bool)].mean()) if k.size > 1 else 1.0)
    return {
        (names[a], names[b]): float(size[np.ix_(member[:, a], member[:, b])].mean() / np.sqrt(within[a] * within[b]))
        for a in range(len(names))
        for b in range(a + 1, len(names))
    }
