"""Run several programs as one: start, restart what dies, stop all together."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

GRACE_SECONDS = 15


@dataclass(slots=True)
class Program:
    name: str
    command: list[str]
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = 0.5

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches only the supervisor, which stops all in order.
        self.process = subprocess.Popen(self.command, start_new_session=True)
        self.started = time.monotonic()


@dataclass(slots=True)
class Company:
    """Programs that live and end together."""

    programs: list[Program]
    greeting: Callable[[], None] = field(default=lambda: None)
    stopping: bool = False

    def run(self) -> None:
        """Until SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for program in self.programs:
            program.start()
        threading.Thread(target=self.greeting, daemon=True).start()
        while not self.stopping:
            for program in self.programs:
                self._look_after(program)
            time.sleep(0.3)
        self._end()

    def _stop(self, *_signal: object) -> None:
        self.stopping = True

    def _look_after(self, program: Program) -> None:
        if program.once or program.process is None or program.process.poll() is None:
            return
        lived = time.monotonic() - program.started
        program.delay = 0.5 if lived > 30 else min(program.delay * 2, 30)
        print(f"  ! {program.name} ended ({program.process.returncode}); starting it again", file=sys.stderr)
        deadline = time.monotonic() + program.delay
        while not self.stopping and time.monotonic() < deadline:
            time.sleep(0.1)
        if not self.stopping:
            program.start()

    def _end(self) -> None:
        living = [p.process for p in self.programs if p.process and p.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in living:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def ruoshui(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ruoshui.cli", *arguments]
