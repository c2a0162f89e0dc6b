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
LIVED_SECONDS = 30.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
TRIES = 5
MOST_WORDS = 2000


@dataclass(slots=True)
class Program:
    """One of them. It ends with us, however we end; what it says is said, and the last of it remembered."""

    name: str
    command: list[str]  # a module of Python and its arguments
    once: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    delay: float = FIRST_DELAY
    again_at: float | None = None
    short_lives: int = 0
    words: bytes = b""

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches only the supervisor, which stops all in order.
        self.process = subprocess.Popen(bound(self.command), start_new_session=True, stderr=subprocess.PIPE)
        self.started, self.again_at = time.monotonic(), None
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        while said := process.stderr.read1(65536):  # type: ignore[attr-defined]
            self.words = (self.words + said)[-MOST_WORDS:]
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.buffer.write(said)
                sys.stderr.flush()

    def ended(self) -> None:
        """What it started ends with it; when it is to be started again, and whether it is worth a try, is told here.

        Killed from outside it is not to blame: it comes back at once, as often as it takes.
        """
        assert self.process is not None
        kill_group(self.process.pid)
        killed = self.process.returncode == -signal.SIGKILL
        if time.monotonic() - self.started > LIVED_SECONDS or killed:
            self.delay, self.short_lives = FIRST_DELAY, 0
        else:
            self.delay, self.short_lives = min(self.delay * 2, LONGEST_DELAY), self.short_lives + 1
        self.again_at = time.monotonic() + self.delay

    def last_words(self) -> str:
        return self.words.decode(errors="replace").strip()


@dataclass(slots=True)
class Company:
    """Programs that live and end together."""

    programs: list[Program]
    greeting: Callable[["Company"], None] = field(default=lambda _company: None)
    stopping: bool = False

    def run(self) -> int:
        """Until SIGINT or SIGTERM: 0. Until one of them cannot be kept alive: 1."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for program in self.programs:
            program.start()
        threading.Thread(target=self.greeting, args=(self,), daemon=True).start()
        failed = None
        while not self.stopping and not failed:
            failed = next((program for program in self.programs if not _look_after(program)), None)
            time.sleep(0.2)
        self.stopping = True
        self._end()
        if failed:
            _say_failed(failed)
        return int(failed is not None)

    def _stop(self, *_signal: object) -> None:
        self.stopping = True

    def _end(self) -> None:
        living = [p.process for p in self.programs if p.process and p.process.poll() is None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in living:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            kill_group(process.pid)


def _look_after(program: Program) -> bool:
    """False when it is not worth another try."""
    if program.process is None or program.process.poll() is None:
        return True
    if program.once:
        return True
    if program.again_at is None:
        program.ended()
        if program.short_lives >= TRIES:
            return False
        print(
            f"  ! {program.name} ended ({program.process.returncode}); starting it again", file=sys.stderr, flush=True
        )
    elif time.monotonic() >= program.again_at:
        program.start()
    return True


def _say_failed(program: Program) -> None:
    print(
        f"✗ {program.name} 连续启动 {TRIES} 次均很快退出，已全部停止。\n"
        f"  {program.name} was started {TRIES} times and ended soon each time; everything is stopped. It last said:\n"
        f"{program.last_words()}",
        file=sys.stderr,
        flush=True,
    )


def kill_group(pid: int) -> None:
    """Whatever is left of the process group that a program of ours led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def bound(command: list[str]) -> list[str]:
    """As a program that ends with this process."""
    return [sys.executable, "-m", "ruoshui.operations.bound", str(os.getpid()), *command]


def ruoshui(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ruoshui.cli", *arguments]
