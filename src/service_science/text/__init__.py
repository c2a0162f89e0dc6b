"""Requests as texts, Chinese and English: what they are about, whether they came before, what many suddenly write
about.

>>> from service_science.text import near_duplicates
>>> near_duplicates(["路灯坏了请来修理一下谢谢", "路灯坏了请来修理一下，谢谢！", "申请开通发票"]).groups
((0, 1),)
"""

from service_science.text.classifier import Classified, Classifier, train
from service_science.text.duplicates import Duplicates, near_duplicates
from service_science.text.hot import HotIssues, Issue
from service_science.text.pieces import pieces, plain

__all__ = [
    "Classified",
    "Classifier",
    "Duplicates",
    "HotIssues",
    "Issue",
    "near_duplicates",
    "pieces",
    "plain",
    "train",
]
