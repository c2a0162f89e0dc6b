"""Work on bytes from strangers, in a process of its own: what is made to hang or to swell takes only that one down.

The module that does the work calls `serve` when it is run as a program; whoever needs it asks an `Apart`. The process
is started at the first question, answers many, and is replaced when it died. It knows no password, since its
environment is bare, and it ends when its input does, which is when whoever asks has ended.
"""

import atexit
import contextlib
import math
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO

ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR")
LENGTH = struct.Struct(">cQ")
DONE, FAILED, SWOLLEN = b"+", b"-", b"!"
END_SECONDS = 5.0


class TooCostly(Exception):
    """It needed more time or memory than it may have, or ended the process twice."""


class Broken(Exception):
    """The work itself raised: its last word."""


class _Died(Exception):
    def __init__(self, code: int | None) -> None:
        super().__init__(f"ended with {code}")
        self.code = code


class Apart:
    """`seconds` of processor time for one question, `memory` in bytes. One question at a time, from any thread.

    After so many `answers` the process is replaced, and whatever it had gathered is gone.
    """

    def __init__(self, module: str, *, seconds: int, memory: int, answers: int = 1000) -> None:
        self._command = [sys.executable, "-P", "-m", module, str(seconds), str(memory)]
        self._memory = memory
        self._patience = 10.0 * seconds  # of the clock on the wall: a busy machine is no fault of the question
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = self._answers = 0
        self._most_answers = answers
        atexit.register(self.close)

    def ask(self, question: bytes) -> bytes:
        """Raises TooCostly, Broken, or OSError: a fault of this machine that passes."""
        with self._lock:
            for attempt in (1, 2):
                try:
                    return self._answer(question)
                except _Died as wrong:
                    self.close()
                    if wrong.code == -signal.SIGXCPU or attempt == 2:
                        raise TooCostly from wrong
                except OSError:
                    self.close()
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        with contextlib.suppress(OSError, ValueError):
            process.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        pipe = subprocess.PIPE
        process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment)
        self._process, self._owner, self._answers = process, os.getpid(), 0
        try:  # it says that it is there: one that cannot even begin is no fault of the question
            self._read(process, LENGTH.size, time.monotonic() + self._patience)
        except _Died as wrong:
            self.close()
            raise OSError(f"{self._command[3]} did not start: {wrong}") from wrong
        return process

    def _answer(self, question: bytes) -> bytes:
        process = self._running()
        until = time.monotonic() + self._patience
        self._write(process, LENGTH.pack(DONE, len(question)) + question, until)
        state, length = LENGTH.unpack(self._read(process, LENGTH.size, until))
        if state not in (DONE, FAILED, SWOLLEN) or length > self._memory:  # nothing that it holds is so long
            self.close()
            raise TooCostly
        answer = self._read(process, length, until)
        self._answers += 1
        if state == SWOLLEN or self._answers >= self._most_answers:
            self.close()
        if state == SWOLLEN:
            raise TooCostly
        if state == FAILED:
            raise Broken(answer.decode("utf-8", "replace"))
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.close()
            return self._started()
        return self._process

    def _write(self, process: subprocess.Popen[bytes], question: bytes, until: float) -> None:
        assert process.stdin
        left, pipe = memoryview(question), process.stdin.fileno()
        os.set_blocking(pipe, False)
        while left:
            if not select.select([], [pipe], [], max(0.0, until - time.monotonic()))[1]:
                raise TimeoutError("the question was not taken in time")
            try:
                left = left[os.write(pipe, left[: 1 << 20]) :]
            except BlockingIOError:
                continue
            except (BrokenPipeError, ConnectionResetError) as wrong:
                raise _Died(_code_of(process)) from wrong

    def _read(self, process: subprocess.Popen[bytes], length: int, until: float) -> bytes:
        assert process.stdout
        pieces: list[bytes] = []
        while length:
            if not select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))[0]:
                raise TimeoutError("no answer in time")
            piece = os.read(process.stdout.fileno(), min(length, 1 << 20))
            if not piece:
                raise _Died(_code_of(process))
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)


def _code_of(process: subprocess.Popen[bytes]) -> int:
    """Of one that has closed its pipe: it is ending, or is made to."""
    try:
        return process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def serve(work: Callable[[bytes], bytes]) -> None:
    """Answer until the input ends. `sys.argv` gives seconds and memory."""
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _tell(sink, DONE, b"")
    while head := source.read(LENGTH.size):
        _state, length = LENGTH.unpack(head)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, math.ceil(spent.ru_utime + spent.ru_stime) + seconds)
        _tell(sink, *_worked(work, source, length))


def _worked(work: Callable[[bytes], bytes], source: IO[bytes], length: int) -> tuple[bytes, bytes]:
    try:
        return DONE, work(source.read(length))
    except MemoryError:
        return SWOLLEN, b""
    except Exception as wrong:
        return FAILED, f"{type(wrong).__name__}: {wrong}"[:300].encode("utf-8", "replace")


def _tell(sink: IO[bytes], state: bytes, answer: bytes) -> None:
    sink.write(LENGTH.pack(state, len(answer)))
    sink.write(answer)
    sink.flush()


def _limit(what: int, most: int) -> None:
    _soft, hard = resource.getrlimit(what)
    with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
