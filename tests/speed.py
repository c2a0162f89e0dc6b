"""How slow this machine is today: bounds in seconds of the processor are those of an ordinary one."""

import time
from functools import cache

ORDINARY = 0.05  # seconds of the processor for the loop below


def _loop() -> float:
    begun, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - begun


@cache
def slowness() -> float:
    """1 on an ordinary machine or a faster one; 3 on one that takes three times as long."""
    return max(1.0, min(_loop() for _each in range(3)) / ORDINARY)
