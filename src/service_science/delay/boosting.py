"""Boosted trees in place of the ridge regression, where the extra `learn` is installed: slower, rarely better."""

from __future__ import annotations

from typing import Any

import numpy as np

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, numbers, same_length
from service_science.delay.model import LEAST_ROOT_DEVIATION, Prediction, WaitModel, fit_waits

TREES = 200
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.03, "num_leaves": 16, "min_data_in_leaf": 60, "lambda_l2": 10.0, "feature_fraction": 0.3,
    "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
}  # fmt: skip


class BoostedWaits:
    """A `WaitModel` whose remaining error in the root is predicted by trees. `predict` is that of `WaitModel`."""

    def __init__(self, base: WaitModel, trees: Any, variance: float) -> None:
        self.base, self.trees, self.variance = base, trees, variance

    @classmethod
    def fit(cls, features: ArrayLike, waits: ArrayLike, *, seed: int = 0) -> BoostedWaits:
        """Raises ImportError where lightgbm is not installed."""
        from lightgbm import Dataset, train  # its scikit-learn form would need scikit-learn

        rows, seconds = numbers("features", features, sizes=(2,)), numbers("waits", waits, least=0)
        same_length(features=rows, waits=seconds)
        if seconds.size < 100:
            raise WrongInput("waits", "must be a hundred at least for trees")
        base = fit_waits(rows, seconds)
        left = np.sqrt(seconds) - base.predict(rows).root
        trees = train(SETTINGS | {"seed": seed}, Dataset(rows, left), num_boost_round=TREES)
        spread = float(np.mean((left - trees.predict(rows)) ** 2))
        return cls(base, trees, max(spread, base.variance * 0.9))

    def predict(self, features: ArrayLike) -> Prediction:
        rows = numbers("features", features, sizes=(1, 2))
        rows = rows.reshape(-1, rows.shape[-1])
        plain = self.base.predict(rows)
        root = np.maximum(0.0, plain.root + self.trees.predict(rows))
        return Prediction(root**2 + self.variance, root**2, root, np.maximum(LEAST_ROOT_DEVIATION, plain.deviation))
