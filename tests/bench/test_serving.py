"""What a bench says of the processes that it measures."""

import os
import subprocess
import sys

from bench.queues import times
from bench.serving import family, processor_seconds, proportional_memory
from bench.worktime import best_threshold

GRANDCHILD = (
    "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'input()']).pid, flush=True); input()"
)


def test_a_family_is_a_process_with_its_children_and_theirs():
    child = subprocess.Popen([sys.executable, "-c", GRANDCHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    grandchild = int(child.stdout.readline())
    try:
        assert family([child.pid]) == {child.pid, grandchild}
        assert {os.getpid(), child.pid, grandchild} <= family([os.getpid()])
    finally:
        child.communicate(b"\n\n")
    assert family([child.pid]) == {child.pid}


def test_memory_and_processor_time_are_of_living_processes():
    assert proportional_memory(os.getpid()) > 1
    assert processor_seconds([os.getpid()]) > 0
    nobody = 2**22 + 1  # above the greatest number a process has
    assert (proportional_memory(nobody), processor_seconds([nobody])) == (0, 0)


def test_times_are_told_in_milliseconds_and_the_slow_ones_by_rank():
    assert times([n / 1000 for n in range(1, 101)]) == "median   50.5 ms   p95   96.0 ms   p99  100.0 ms"
    assert times([0.25]) == "median  250.0 ms   p95  250.0 ms   p99  250.0 ms"


def test_thebest_threshold_parts_the_kept_from_the_broken_and_equal_times_fall_on_one_side():
    import numpy as np

    def best(taken: list[int], kept: list[bool]) -> tuple[float, int]:
        return best_threshold(np.array(taken), np.array(kept))

    assert best([1, 2, 3, 4], [True, True, False, False]) == (1.0, 2)
    assert best([4, 1, 3, 2], [False, True, True, True]) == (1.0, 3)
    assert best([1, 2, 2, 3], [True, True, False, False]) == (0.75, 1)
    assert best([1, 2], [False, False]) == (1.0, 0)
