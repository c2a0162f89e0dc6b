"""Boosted trees in place of the ridge regression, where the extra `learn` is installed: slower, rarely better."""

from __future__ import annotations

from typing import Any

import numpy as np

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, numbers, same_length
from service_science.delay.model import LEAST_ROOT_DEVIATION, Prediction, WaitModel, fit_waits


class BoostedWaits:
    """A `WaitModel` whose remaining error in the root is predicted by trees. `predict` is that of `WaitModel`."""

    def __init__(self, base: WaitModel, trees: Any, variance: float) -> None:
        self.base, self.trees, self.variance = base, trees, variance

    @classmethod
    def fit(cls, features: ArrayLike, waits: ArrayLike, *, seed: int = 0) -> BoostedWaits:
        """Raises ImportError where lightgbm is not installed."""
        from lightgbm import LGBMRegressor

        rows, seconds = numbers("features", features, sizes=(2,)), numbers("waits", waits, least=0)
        same_length(features=rows, waits=seconds)
        if seconds.size < 100:
            raise WrongInput("waits", "must be a hundred at least for trees")
        base = fit_waits(rows, seconds)
        left = np.sqrt(seconds) - base.predict(rows).root
        trees = LGBMRegressor(
            n_estimators=200, learning_rate=0.03, num_leaves=16, min_child_samples=60, reg_lambda=10.0,
            colsample_bytree=0.3, random_state=seed, deterministic=True, force_row_wise=True, n_jobs=1, verbose=-1,
        )  # fmt: skip
        trees.fit(rows, left)
        spread = float(np.mean((left - trees.predict(rows)) ** 2))
        return cls(base, trees, max(spread, base.variance * 0.9))

    def predict(self, features: ArrayLike) -> Prediction:
        rows = numbers("features", features, sizes=(1, 2))
        rows = rows.reshape(-1, rows.shape[-1])
        plain = self.base.predict(rows)
        root = np.maximum(0.0, plain.root + self.trees.predict(rows))
        return Prediction(root**2 + self.variance, root**2, root, np.maximum(LEAST_ROOT_DEVIATION, plain.deviation))
