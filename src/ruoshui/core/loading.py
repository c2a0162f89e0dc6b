"""What a process loads stays until its end: the collector need not look through it while it comes, nor when all ends.

Standard library only. By Python's own settings a third of a start goes into collections that find nothing.
"""

import gc


def collect_seldom() -> None:
    """A collection stops everything: rarely of the young, seldom of more than those."""
    gc.set_threshold(10_000, 5, 100)


def keep_loaded() -> None:
    """No collection looks at what is here now; its pages stay shared with the processes forked from this one."""
    gc.freeze()
