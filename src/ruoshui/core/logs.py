"""What our own log says: no customers' words, and the same not more than once a minute.

Standard library only, but for the kinds of errors: also used where Django's applications are not loaded.
"""

import logging
import re
import threading
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator

import psycopg
from django.db import Error as DjangoError

# What ends a line, moves the cursor or turns the direction of what follows, in any terminal or reader of logs.
UNSAFE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
NUMBERS = re.compile(r"[0-9]+")
ONCE_SECONDS = 60.0
REMEMBERED = 2_000
MOST_LINES = 600  # a minute, of one level: also different ones do not fill a disk
Key = tuple[object, ...]


def in_short(wrong: BaseException) -> str:
    """A database's error without what it was about: its first line up to the first value; no DETAIL, no statement.

    `Failing row contains (…)`, `Key (phone)=(…)`, `LINE 1: INSERT …`: the words of customers stand there.
    """
    first = (str(wrong).splitlines() or [""])[0]
    return first.partition(': "')[0]


def is_of_database(wrong: object) -> bool:
    return isinstance(wrong, DjangoError | psycopg.Error)


def in_one_line(text: str) -> str:
    """Nobody writes a second entry by what they send: line ends and other signs without a shape are spelled out."""
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """A line, and below it, indented, the traceback; errors of the database are said in short, wherever they stand."""

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.args, tuple):
            record.args = tuple(in_short(one) if is_of_database(one) else one for one in record.args)  # type: ignore[arg-type]
        if is_of_database(record.msg):
            record.msg = in_short(record.msg)  # type: ignore[arg-type]
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 the name that logging calls
        return in_one_line(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 the name that logging calls
        wrong = ei[1]  # type: ignore[index]
        told = "".join(traceback.format_exception(wrong)).splitlines()
        for one in _chain(wrong):
            if is_of_database(one) and str(one):
                told = _without(told, one)
        return "\n".join(f"  {in_one_line(line)}" for line in told)


def _without(told: list[str], wrong: BaseException) -> list[str]:
    """Line by line: in a group each is indented."""
    first, *rest = str(wrong).splitlines()
    wordy = tuple(line.strip() for line in rest if any(letter.isalnum() for letter in line))
    return [line.replace(first, in_short(wrong)) for line in told if not line.rstrip().endswith(wordy)]


def _chain(wrong: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came of, and what was being dealt with; each once."""
    waiting, seen = [wrong], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions


class OnceAMinute(logging.Filter):
    """Lets through what was not said within the minute, with how often it was kept back before."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._said: OrderedDict[Key, tuple[float, int]] = OrderedDict()
        self._minute, self._lines = 0.0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        now, key = time.monotonic(), _what(record)
        with self._lock:
            since, kept_back = self._said.get(key, (None, 0))
            if since is not None and now - since < ONCE_SECONDS:
                self._said[key] = (since, kept_back + 1)
                return False
            if not self._has_room(now):
                return False
            self._said[key] = (now, 0)
            self._said.move_to_end(key)
            if len(self._said) > REMEMBERED:
                self._said.popitem(last=False)
        if kept_back:
            record.msg = f"{record.msg} (and {kept_back} times more before)"
        return True

    def _has_room(self, now: float) -> bool:
        if now - self._minute >= ONCE_SECONDS:
            self._minute, self._lines = now, 0
        self._lines += 1
        return self._lines <= MOST_LINES


def _what(record: logging.LogRecord) -> Key:
    """The same error at the same place is the same, whatever number or path stands beside it."""
    wrong = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if wrong is None:
        return record.name, record.levelno, NUMBERS.sub("#", record.getMessage())
    frames = traceback.extract_tb(wrong.__traceback__)
    at = (frames[-1].filename, frames[-1].lineno) if frames else ()
    return record.name, record.levelno, record.msg if record.args else "", type(wrong), at


def quieten(*names: str) -> None:
    """The same for loggers that servers set up for themselves, such as gunicorn's and uvicorn's."""
    for name in names:
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
            if not any(isinstance(one, OnceAMinute) for one in handler.filters):
                handler.addFilter(OnceAMinute())
