"""What customers are worth and whether they are still there.

>>> import numpy as np
>>> from service_science.value import abc_classes, summarise
>>> history = summarise([1, 1, 2], [0, 30, 10], [20.0, 40.0, 15.0], end=100)
>>> history.repeats.tolist(), history.recency.tolist(), history.age.tolist(), history.spend.tolist()
([1, 0], [30.0, 0.0], [100.0, 90.0], [40.0, 0.0])
>>> abc_classes([1000.0, 300.0, 120.0, 50.0, 30.0]).tolist()
['A', 'A', 'B', 'B', 'C']
"""

from service_science.value.classes import abc_classes, rfm_scores
from service_science.value.history import History, summarise
from service_science.value.purchases import PurchaseModel, fit_purchases
from service_science.value.spending import SpendModel, fit_spending

__all__ = [
    "History",
    "PurchaseModel",
    "SpendModel",
    "abc_classes",
    "fit_purchases",
    "fit_spending",
    "rfm_scores",
    "summarise",
]
