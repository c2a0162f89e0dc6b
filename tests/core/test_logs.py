"""The log: no words of customers, and not the same all the time."""

import io
import logging
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from ruoshui.core import logs
from ruoshui.core.logs import LineFormatter, OnceAMinute

LOGGING: Any = settings.LOGGING
WORDS = "我的电表被邻居换了"


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    """A log written as ours is."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(LineFormatter(LOGGING["formatters"]["line"]["format"]))
    handler.addFilter(OnceAMinute())
    logger = logging.Logger("tested")
    logger.addHandler(handler)
    return logger, out


def test_the_log_of_the_product_is_written_so():
    """Every handler has the two; a new one cannot be without."""
    for handler in LOGGING["handlers"].values():
        formatter = LOGGING["formatters"][handler["formatter"]]
        kinds = [LOGGING["filters"][name]["()"] for name in handler["filters"]]
        assert (formatter["()"], kinds) == ("ruoshui.core.logs.LineFormatter", ["ruoshui.core.logs.OnceAMinute"])


STATEMENTS = {
    "a value of the wrong kind": ("SELECT %s::bigint", [WORDS]),
    "a row that lacks something": ("INSERT INTO cases_message (body) VALUES (%s)", [WORDS]),
    "a key that is taken": (
        "INSERT INTO organization_unit SELECT * FROM organization_unit WHERE name_zh <> %s LIMIT 1",
        [WORDS],
    ),
    "a statement that is none": (f"SELEC '{WORDS}'", []),
    "a text that is no JSON": ("SELECT %s::jsonb", [f"{{{WORDS}"]),
    "a date that is none": ("SELECT %s::date", [WORDS]),
    "a text that is too long": ("INSERT INTO channels_blockedfile (digest, note) VALUES (%s, '')", [WORDS * 20]),
    "a function that fails": (f"DO $$ BEGIN RAISE EXCEPTION 'no: \"{WORDS}\"' USING DETAIL = '{WORDS}'; END $$", []),
}


@pytest.mark.parametrize("what", STATEMENTS)
def test_an_error_of_the_database_carries_no_words_into_the_log(demo, log, what):
    logger, out = log
    statement, values = STATEMENTS[what]
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    try:
        try:
            raise raised.value
        except DatabaseError as first:
            raise RuntimeError("the sweep failed") from first
    except RuntimeError:
        logger.exception("it failed: %s", raised.value)
    logger.error(raised.value)
    said = out.getvalue()
    # The traceback itself names the line of code; of the values nothing is left, whole or in part.
    assert WORDS[:4] not in said
    assert type(raised.value).__name__ in said
    assert "the sweep failed" in said


def test_an_error_in_a_group_carries_no_words_either(demo, log):
    logger, out = log
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*STATEMENTS["a row that lacks something"])
    logger.error("several", exc_info=ExceptionGroup("several", [raised.value, ValueError("another")]))
    assert WORDS[:4] not in out.getvalue()
    assert "ValueError: another" in out.getvalue()


def test_the_same_is_said_once_a_minute_and_then_with_how_often_it_was(log, monkeypatch):
    logger, out = log
    now = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    for _each in range(500):
        try:
            raise OSError("the connection is closed")
        except OSError:
            logger.exception("sweep of mail failed")
    logger.warning("something else")
    now[0] += 61
    logger.warning("something else")
    try:
        raise OSError("the connection is closed")
    except OSError:
        logger.exception("sweep of mail failed")
    lines = [line.split(": ", 1)[1] for line in out.getvalue().splitlines() if "tested" in line]
    assert lines == ["sweep of mail failed", "something else", "something else", "sweep of mail failed"]


def test_what_differs_by_a_number_is_the_same_and_what_was_kept_back_is_counted(log, monkeypatch):
    logger, out = log
    now = [1000.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: now[0])
    for number in range(4):
        logger.warning("message %s was not sent", number)
    now[0] += 61
    logger.warning("message %s was not sent", 9)
    assert [line.split(": ", 1)[1] for line in out.getvalue().splitlines()] == [
        "message 0 was not sent",
        "message 9 was not sent (and 3 times more before)",
    ]


def test_a_flood_of_different_lines_is_cut_too(log):
    logger, out = log
    for n in range(5_000):
        logger.warning("not found: /%s", "".join(chr(97 + int(digit)) for digit in str(n)))
    assert len(out.getvalue().splitlines()) == logs.MOST_LINES


def test_what_a_server_logs_by_itself_is_cut_too():
    out, server = io.StringIO(), logging.getLogger("a server of its own")
    server.propagate = False
    server.addHandler(logging.StreamHandler(out))
    logs.quieten("a server of its own")
    logs.quieten("a server of its own")
    for _each in range(100):
        try:
            raise DatabaseError(f"first\nDETAIL: Failing row contains ({WORDS})")
        except DatabaseError:
            server.exception("Exception in ASGI application")
    assert (out.getvalue().count("Exception in ASGI"), WORDS in out.getvalue()) == (1, False)


FORGED = "x\n2026-01-01 00:00:00 ERROR root: forged"
SIGNS = {"\n": "\\n", "\r": "\\r", "\x1b": "\\x1b", "\u2028": "\\u2028", "\u202e": "\\u202e", "\x85": "\\x85"}


@pytest.mark.parametrize("sign", SIGNS)
def test_nothing_that_is_sent_ends_a_line_of_the_log(log, sign):
    logger, out = log
    logger.error("refused: %s", f"a{sign}b")
    (line,) = out.getvalue().splitlines()
    assert line.endswith(f"refused: a{SIGNS[sign]}b")


def test_nothing_in_an_error_looks_like_a_line_of_its_own(log):
    logger, out = log
    try:
        raise ValueError(FORGED)
    except ValueError:
        logger.exception("broken by %s", FORGED)
    first, *rest = out.getvalue().splitlines()
    assert first.endswith("broken by x\\n2026-01-01 00:00:00 ERROR root: forged")
    assert rest
    assert [line for line in rest if not line.startswith("  ")] == []


def test_words_of_every_language_stay_as_they_are(log):
    logger, out = log
    logger.error("%s", "云州 “naïve” → ok")
    assert out.getvalue().rstrip().endswith("云州 “naïve” → ok")
