"""A process that ends with the one that started it, also when that is killed. Standard library only."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.5


def end_with(parent: int) -> None:
    """To be called by a child as soon as it runs, with the id that its parent had when it started it.

    On Linux the system itself ends it; elsewhere a thread looks who the parent is. A process that is forked later calls
    it again: neither passes on to children.
    """
    bound = sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) == 0
    if os.getppid() != parent:  # it was gone before this was asked for
        os.kill(os.getpid(), signal.SIGKILL)
    if not bound:
        threading.Thread(target=_look, args=(parent,), daemon=True).start()


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
