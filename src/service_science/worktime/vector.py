"""A million questions at a time, in numpy.

The same table as the scalar form, walked in chunks that stay in the processor's cache. Where a
calendar's hours are so odd that the table would be too large, a binary search takes its place.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from service_science.worktime.scalar import NeverOpen, OutsideHorizon, Worktime

Seconds = NDArray[np.int64]
CHUNK = 8192


class VectorWorktime:
    """Arrays of int64 seconds since the epoch in, the same out. `datetime64[s]` views as such."""

    def __init__(self, worktime: Worktime) -> None:
        self.first, self.last, self.total = worktime.first, worktime.last, worktime.total
        self.step = np.int64(worktime.step)
        self.tabled = bool(worktime.done_table)
        self.done = np.array(worktime.done_table, np.int64)
        self.seconds = np.array(worktime.second_table, np.int64)
        self.starts = np.array(worktime.starts, np.int64)
        self.ends = np.array(worktime.ends, np.int64)
        self.worked = np.array(worktime.worked, np.int64)

    def between(self, begins: Seconds, ends: Seconds) -> Seconds:
        """Working seconds from each of `begins` to its end; zero where the end is not later."""
        begins, ends = self._checked(begins), self._checked(ends)
        return _chunked(lambda b, e: np.maximum(self._done_at(e) - self._done_at(b), 0), begins, ends)

    def add(self, begins: Seconds, amounts: Seconds) -> Seconds:
        """The earliest second at which that much work is done. Zero leaves the second as it is.

        Raises as the scalar form does when any element would.
        """
        begins, amounts = self._checked(begins), np.asarray(amounts, np.int64)
        if amounts.size and amounts.min() < 0:
            raise ValueError("working time to add is never negative")
        if amounts.size and amounts.min() == 0:
            some = amounts > 0
            found = begins.copy()
            found[some] = self.add(begins[some], amounts[some])
            return found
        return _chunked(self._add, begins, amounts)

    def _checked(self, moments: Seconds) -> Seconds:
        moments = np.asarray(moments, np.int64)
        if moments.size and not (self.first <= moments.min() and moments.max() <= self.last):
            raise OutsideHorizon("a moment is outside the compiled days")
        return moments

    def _done_at(self, moments: Seconds) -> Seconds:
        if self.tabled:
            stride = moments - self.first
            stride //= self.step
            done = self.done.take(stride)
            running = done >> 63  # all bits set where the table holds a negative value
            running &= moments
            done += running
            return done
        if not self.starts.size:
            return np.zeros_like(moments)
        index = np.searchsorted(self.starts, moments, side="right") - 1
        done = self.worked[index] - np.maximum(self.ends[index] - moments, 0)
        return np.where(index < 0, 0, done)

    def _add(self, begins: Seconds, amounts: Seconds) -> Seconds:
        target = self._done_at(begins)
        target += amounts
        if target.max() > self.total:
            raise (OutsideHorizon if self.total else NeverOpen)("the calendar's days end before the time is used up")
        if self.tabled:
            stride = target - 1
            stride //= self.step
            target += self.seconds.take(stride)
            return target
        index = np.searchsorted(self.worked, target, side="left")
        found: Seconds = self.ends[index] - (self.worked[index] - target)
        return found


def _chunked(question: Callable[[Seconds, Seconds], Seconds], a: Seconds, b: Seconds) -> Seconds:
    found = np.empty(a.shape, np.int64)
    for begin in range(0, len(a), CHUNK):
        found[begin : begin + CHUNK] = question(a[begin : begin + CHUNK], b[begin : begin + CHUNK])
    return found
