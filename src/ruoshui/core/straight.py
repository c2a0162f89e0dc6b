"""The shortest way of a prepared statement to the server and back: libpq itself, without a cursor.

A cursor is made for every kind of query and costs several times what a short statement does. Times come as UTC.
"""

import select
import time
from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, error_from_result
from psycopg.types.datetime import TimestamptzLoader

Connection = psycopg.Connection[tuple[Any, ...]]
NEED_NO_QUOTES = {int, date, UUID}


class Straight:
    """The statements that one connection keeps, each by its text and the types of its parameters."""

    def __init__(self, connection: Connection) -> None:
        adapting = connection.cursor()
        # Django's own reads every time in Python.
        adapting.adapters.register_loader("timestamptz", TimestamptzLoader)
        self._transformer = Transformer(adapting)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count()

    def run(self, connection: Connection, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """`sql` has a %s for each parameter, and no other form of them."""
        transformer, server = self._transformer, connection.pgconn
        if not connection.autocommit and server.transaction_status == pq.TransactionStatus.IDLE:
            _checked(server, server.exec_(b"BEGIN"))  # as psycopg does before the first statement
        plain = [_as_text(one) if type(one) is list else one for one in parameters]
        values: Any = transformer.dump_sequence(plain, [PyFormat.AUTO] * len(plain))
        name = self._kept(server, sql, transformer.types)
        try:
            result = _checked(server, server.exec_prepared(name, values, transformer.formats))
        except (FeatureNotSupported, InvalidSqlStatementName):
            # A table was changed meanwhile, or somebody had the server drop what it keeps.
            self._names.clear()
            raise
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple) if result.nfields else []

    def _kept(self, server: Any, sql: str, types: tuple[int, ...] | None) -> bytes:
        name = self._names.get((sql, types or ()))
        if name is None:
            name = b"straight%d" % next(self._numbers)
            _checked(server, server.prepare(name, _numbered(sql).encode(), types))
            self._names[sql, types or ()] = name
        return name


def ask(connection: psycopg.Connection[Any], sql: str, seconds: float) -> bytes:
    """The one value that a statement without parameters has for an answer, or an OperationalError after so long."""
    server, deadline = connection.pgconn, time.monotonic() + seconds
    waiting = select.poll()
    waiting.register(server.socket, select.POLLIN)
    server.send_query(sql.encode())
    value = b""
    while True:
        while server.flush() or server.is_busy():
            if not waiting.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise psycopg.OperationalError(f"no answer within {seconds:.0f} seconds")
            server.consume_input()
        result = server.get_result()
        if result is None:
            return value
        value = bytes(_checked(server, result).get_value(0, 0))


def straight(connection: Connection) -> Straight:
    """The connection carries it, so that both end together."""
    found: Straight | None = vars(connection).get("straight")
    if found is None:
        found = vars(connection)["straight"] = Straight(connection)
    return found


def begins_plainly(connection: Connection) -> bool:
    """Its transactions have no properties of their own."""
    return (connection.isolation_level, connection.read_only, connection.deferrable) == (None, None, None)


def _as_text(values: list[Any]) -> list[Any] | str:
    """As PostgreSQL writes an array, where nothing in it needs quotes: psycopg looks at every element for a type."""
    return f"{{{','.join(map(str, values))}}}" if {type(one) for one in values} <= NEED_NO_QUOTES else values


def _numbered(sql: str) -> str:
    first, *others = sql.split("%s")
    return "".join([first, *(f"${i}{text}" for i, text in enumerate(others, 1))]).replace("%%", "%")


def _checked(server: Any, result: Any) -> Any:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return result
    if server.status != pq.ConnStatus.OK:
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
