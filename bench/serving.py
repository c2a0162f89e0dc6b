"""Web and worker that are measured: started, watched from outside, ended."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from bench.database import bench_database
from ruoshui.operations.processes import ruoshui

PORT = 8790
WEB = ruoshui("serve", "--port", str(PORT))
WORKER = ruoshui("worker")
TOKEN = """
import django; django.setup()
from django.utils import timezone
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope, Staff
staff = Staff.objects.get(username='admin')
print(issue_token(staff, name='bench', scopes=Scope.values, by=SYSTEM, at=timezone.now())[1])
"""
Stack = list["subprocess.Popen[bytes]"]


@contextmanager
def serving() -> Iterator[tuple[str, Stack]]:
    """Web and worker on a database of their own: a token that may do everything, and the two processes."""
    with bench_database():
        token = subprocess.run([sys.executable, "-c", TOKEN], check=True, capture_output=True, text=True).stdout.strip()
        stack = [subprocess.Popen(WEB), subprocess.Popen(WORKER)]
        try:
            _wait_for_web()
            yield token, stack
        finally:
            for process in stack:
                process.terminate()
            for process in stack:
                process.wait(20)


def _wait_for_web() -> None:
    for _attempt in range(300):
        with suppress(OSError, http.client.HTTPException):
            client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            client.request("GET", "/healthz")
            if client.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the web did not start")


def memory(stack: Stack) -> float:
    """Of web, live updates, worker and our own database."""
    return sum(map(proportional_memory, family([process.pid for process in stack]) | database_processes()))


def proportional_memory(pid: int) -> float:
    """Proportional set size in MB: shared pages are counted once over those who share them."""
    with suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024
    return 0.0


def processor_seconds(pids: Iterable[int]) -> float:
    """Processor time so far, that of ended children too."""
    ticks = 0
    for pid in pids:
        with suppress(OSError), open(f"/proc/{pid}/stat") as stat:  # it may have ended meanwhile
            ticks += sum(map(int, stat.read().rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def family(roots: list[int]) -> set[int]:
    """Those processes and all that they started."""
    parents = {}
    for name in os.listdir("/proc"):
        with suppress(OSError, IndexError), open(f"/proc/{name}/stat") as stat:
            if name.isdigit():
                parents[int(name)] = int(stat.read().rsplit(")", 1)[1].split()[1])
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def live_updates(stack: Stack) -> set[int]:
    return {pid for pid in family([stack[0].pid]) if "ruoshui.web.live" in _command_of(pid)}


def _command_of(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/cmdline") as file:
        return file.read()
    return ""


def postmasters() -> list[int]:
    """The database's main process, when the database is our own."""
    from ruoshui.settings.places import database_folder

    return [int(file.read_text().split()[0]) for file in database_folder().glob("pg*/postmaster.pid")]


def database_processes() -> set[int]:
    with suppress(OSError, IndexError, ValueError):
        return family(postmasters())
    return set()
