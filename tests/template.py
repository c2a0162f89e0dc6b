"""The database of the tests: migrated and set up with the demo once, then copied for each run and each worker.

It is kept between runs under a name that changes with everything it was made by.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

import ruoshui

SOURCE = Path(ruoshui.__file__).parent
# What writes rows while tables and demo are made. Pages and programs only read them.
MADE_BY = ("migrations", "actions", "models", "demo", "packs", "data", "settings")
PREFIX = "kept_"
KEPT = 3  # of other branches and of yesterday
LOCK = 7_300_211


def _fingerprint(moment: datetime) -> str:
    digest = hashlib.sha256(moment.isoformat().encode())
    for path in sorted(SOURCE.rglob("*")):
        parts = set(path.relative_to(SOURCE).with_suffix("").parts)
        is_ours = parts & set(MADE_BY) or path.name in ("reactions.py", "models.py", "events.py")
        if is_ours and path.is_file() and path.suffix != ".pyc":
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    """A connection beside the tests' own: databases are made outside any transaction."""
    with connection.creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        address = cursor.connection.info.dsn
        password = cursor.connection.info.password
    with psycopg.connect(make_conninfo(address, password=password), autocommit=True) as found:
        yield found


def _names(server: psycopg.Connection) -> list[str]:
    """Kept databases, oldest first."""
    rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid", (f"{PREFIX}%",))
    return [name for (name,) in rows]


def _run(server: psycopg.Connection, statement: str, *names: str) -> None:
    server.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def _make(server: psycopg.Connection, name: str, moment: datetime) -> None:
    """Under another name until it is whole."""
    from ruoshui.demo.setup import set_up_demo

    test, ours = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    before, test["NAME"] = test["NAME"], f"making_{name}"
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        set_up_demo(moment)
    finally:
        connection.close()
        test["NAME"], connection.settings_dict["NAME"] = before, ours
    _run(server, "ALTER DATABASE {} RENAME TO {}", f"making_{name}", name)


def _kept(server: psycopg.Connection, moment: datetime) -> str:
    """The kept database for what the source is now: made when it is not there, by one of all who want it."""
    name = PREFIX + _fingerprint(moment)
    server.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
    try:
        if name not in _names(server):
            _make(server, name, moment)
            for old in _names(server)[:-KEPT]:
                _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", old)
    finally:
        server.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
    return name


@contextmanager
def copied(moment: datetime) -> Iterator[None]:
    """Django's connection points to a fresh copy; afterwards it is gone."""
    ours = connection.settings_dict["NAME"]
    copy = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    connection.close()
    with _server() as server:
        name = _kept(server, moment)
        server.execute("SELECT pg_advisory_lock(%s)", (LOCK,))  # a database is copied for one at a time
        try:
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", copy)
            _run(server, "CREATE DATABASE {} TEMPLATE {}", copy, name)
        finally:
            server.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
        with _server() as server:
            _run(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", copy)
