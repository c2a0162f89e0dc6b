"""The waits that queueing theory announces from the number ahead (Ibrahim, Whitt, M&SOM 11 (2009) 397).

LES and HOL, the waits of the last served and of the one in front, are `QueueWatch.last_wait` and `head_wait`.
"""

from __future__ import annotations

import numpy as np

from service_science.checks import count, positive


def wait_by_queue(ahead: int, *, servers: int, service: float) -> tuple[float, float]:
    """QL: mean and standard deviation of the wait behind `ahead` customers when all servers are busy.

    >>> wait_by_queue(3, servers=2, service=300.0)
    (600.0, 300.0)
    """
    people, team = count("ahead", ahead) + 1, count("servers", servers, least=1)
    step = positive("service", service) / team
    return people * step, float(np.sqrt(people)) * step


def wait_by_queue_with_leavers(ahead: int, *, servers: int, service: float, patience: float) -> tuple[float, float]:
    """QLm: the same when each of those waiting leaves after an exponential `patience` (mean).

    >>> mean, deviation = wait_by_queue_with_leavers(3, servers=2, service=300.0, patience=600.0)
    >>> round(mean), round(deviation)
    (456, 233)
    """
    people, team = count("ahead", ahead), count("servers", servers, least=1)
    rates = team / positive("service", service) + np.arange(people + 1) / positive("patience", patience)
    return float((1 / rates).sum()), float(np.sqrt((1 / rates**2).sum()))
