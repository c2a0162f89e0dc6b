"""Satisfaction measured: path models behind an index of 0 to 100, scores with honest intervals, what drives them.

>>> from service_science.satisfaction import net_promoters
>>> found = net_promoters(promoters=6, passives=2, detractors=2)
>>> found.value, round(found.low, 2), round(found.high, 2)
(40.0, -15.29, 75.26)
"""

from service_science.satisfaction.bootstrap import PathIntervals, bootstrap_paths
from service_science.satisfaction.drivers import driver_importance
from service_science.satisfaction.index import satisfaction_index
from service_science.satisfaction.paths import PathFit, PathModel, fit_paths
from service_science.satisfaction.quality import heterotrait_monotrait
from service_science.satisfaction.scores import Score, mean_score, net_promoters
from service_science.shares import Share, wilson_share

__all__ = [
    "PathFit",
    "PathIntervals",
    "PathModel",
    "Score",
    "Share",
    "bootstrap_paths",
    "driver_importance",
    "fit_paths",
    "heterotrait_monotrait",
    "mean_score",
    "net_promoters",
    "satisfaction_index",
    "wilson_share",
]
