"""Waits foretold: what to expect on joining, and a maximum that is kept with a stated probability.

>>> from service_science.delay import Announcer, WatchedKind
>>> branch = Announcer([WatchedKind("personal"), WatchedKind("valued", credit=300.0)], usual_service=240.0)
>>> branch.on_duty(1, 0.0)
>>> branch.joined("A001", "personal", 0.0, hour=9.0).expected
0.0
>>> branch.began("A001", 5.0, server="counter 1")
>>> said = branch.joined("A002", "personal", 60.0, hour=9.0)
>>> said.ahead, round(said.expected), round(said.maximum), said.learned
(0, 240, 827, False)
"""

from service_science.delay.announcer import Announcement, Announcer, Foretold
from service_science.delay.boosting import BoostedWaits
from service_science.delay.features import features
from service_science.delay.formulas import wait_by_queue, wait_by_queue_with_leavers
from service_science.delay.keeping import blend_of, model_of, plain_blend, plain_model
from service_science.delay.learning import adopt, fit_rows, form, refit_branch, refit_levels, refit_together
from service_science.delay.model import Blend, Prediction, WaitModel, fit_waits
from service_science.delay.promise import WaitPromise
from service_science.delay.watch import QueueWatch, WatchedKind

__all__ = [
    "Announcement",
    "Announcer",
    "Blend",
    "BoostedWaits",
    "Foretold",
    "Prediction",
    "QueueWatch",
    "WaitModel",
    "WaitPromise",
    "WatchedKind",
    "adopt",
    "blend_of",
    "features",
    "fit_rows",
    "fit_waits",
    "form",
    "model_of",
    "plain_blend",
    "plain_model",
    "refit_branch",
    "refit_levels",
    "refit_together",
    "wait_by_queue",
    "wait_by_queue_with_leavers",
]
