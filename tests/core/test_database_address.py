"""DATABASE_URL means the same to every process of ours as to libpq, and every connection has bounds."""

import os
import signal
import subprocess
import sys
import threading
from typing import Any, cast
from urllib.parse import quote, unquote

import pytest
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from hypothesis import given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django import connector_params
from psycopg.conninfo import conninfo_to_dict

from ruoshui.organization import rights
from ruoshui.settings.bounds import BOUNDS, bounded, plain_parameters
from ruoshui.settings.places import BadURL, database_parameters, database_settings

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
names = st.from_regex(r"[a-z][a-z0-9.-]{0,10}", fullmatch=True)
hosts = st.one_of(
    names,
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda address: f"[{address}]"),
    st.from_regex(r"/[a-z][a-z/ _-]{0,12}", fullmatch=True).map(lambda path: quote(path, safe="")),
)
ports = st.one_of(st.just(""), st.integers(1, 65535).map(str))
options = st.dictionaries(
    st.sampled_from(
        ["sslmode", "target_session_attrs", "application_name", "options", "sslrootcert", "connect_timeout"]
    ),
    words,
    max_size=3,
)


@st.composite
def addresses(draw) -> tuple[str, dict[str, str]]:
    """An address, and what it says."""
    user, password, name = draw(words), draw(st.one_of(st.just(""), words)), draw(words)
    places = draw(st.lists(st.tuples(hosts, ports), min_size=1, max_size=3))
    more = draw(options)
    secret = f":{quote(password, safe='')}" if password else ""
    where = ",".join(host + (f":{port}" if port else "") for host, port in places)
    query = "&".join(f"{quote(key)}={quote(value, safe='')}" for key, value in more.items())
    url = f"{draw(st.sampled_from(['postgres', 'postgresql']))}://{quote(user, safe='')}{secret}@{where}"
    url += f"/{quote(name, safe='')}" + (f"?{query}" if query else "")
    said = {"user": user, "dbname": name, **more}
    said["host"] = ",".join(_host(host) for host, _port in places)
    if password:
        said["password"] = password
    if any(port for _host, port in places) or len(places) > 1:
        said["port"] = ",".join(port for _host, port in places)
    return url, said


def _host(written: str) -> str:
    return unquote(written.removeprefix("[").removesuffix("]"))


def told_to(url: str) -> dict[str, dict[str, str]]:
    """What each way to connect tells libpq: Django's, and with it the jobs' and the look-out's; the live updates'."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    try:
        given_to_django = database_settings()
    finally:
        os.environ.pop("DATABASE_URL") if before is None else os.environ.update(DATABASE_URL=before)
    found = {**connections["default"].settings_dict, **given_to_django}
    found["OPTIONS"] = bounded(cast(dict[str, Any], given_to_django["OPTIONS"]), pages=False) | {
        "prepare_threshold": None
    }
    old, connections.settings["default"] = connections.settings["default"], found
    try:
        own = ("client_encoding", "cursor_factory", "context", "prepare_threshold")
        pages = DatabaseWrapper(found).get_connection_params()
        live = plain_parameters()
    finally:
        connections.settings["default"] = old
    return {
        "pages": {name: str(value) for name, value in pages.items() if name not in own},
        "live": {name: str(value) for name, value in live.items()},
    }


@settings(deadline=None)
@given(addresses())
def test_an_address_means_to_all_of_us_what_it_means_to_libpq(address: tuple[str, dict[str, str]]):
    url, said = address
    assert {name: str(value) for name, value in conninfo_to_dict(url).items()} == said
    if len(said["dbname"]) > 63:
        return
    expected = {**BOUNDS, **said, "options": f"-c plan_cache_mode=force_generic_plan {said.get('options', '')}".strip()}
    assert told_to(url) == {"pages": expected, "live": expected}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql://u@a:5432,b:5433/db?target_session_attrs=read-write",
            {"user": "u", "host": "a,b", "port": "5432,5433", "dbname": "db", "target_session_attrs": "read-write"},
        ),
        (
            "postgres://u:p%40%2F%3A@[::1]:6/db",
            {"user": "u", "password": "p@/:", "host": "::1", "port": "6", "dbname": "db"},
        ),
        (
            "postgres://u@/db?host=/run/pg&sslmode=disable",
            {"user": "u", "host": "/run/pg", "dbname": "db", "sslmode": "disable"},
        ),
    ],
)
def test_several_hosts_sockets_and_escapes_are_understood(monkeypatch, url: str, said: dict[str, str]):
    monkeypatch.setenv("DATABASE_URL", url)
    assert database_parameters() == said


def test_an_address_without_a_name_means_the_database_of_the_user(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://desk@db")
    assert database_settings()["NAME"] == "desk"


@pytest.mark.parametrize(
    "url", ["postgres://u:secret@h:port/db", "secret", "mysql://u:secret@h/db", "postgres://[::1/secret"]
)
def test_an_address_that_is_none_is_refused_without_being_repeated(monkeypatch, url: str):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(BadURL) as refused:
        database_settings()
    assert "postgres://user:password@host:5432/name" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert refused.value.__context__ is None


def test_every_way_to_connect_has_bounds():
    ways = (connections["default"].get_connection_params(), connector_params(), plain_parameters())
    assert [{name: way[name] for name in BOUNDS} for way in ways] == [BOUNDS] * 3


@pytest.mark.parametrize(
    ("module", "limits"), [("ruoshui.web.wsgi", ["30s", "10s", "1min"]), ("ruoshui.cli", ["0", "0", "0"])]
)
def test_pages_have_limits_and_the_rest_takes_its_time(django_db_setup, module: str, limits: list[str]):
    code = (
        f"import {module}, django; django.setup(); from django.db import connections\n"
        "import psycopg; own = connections['default'].get_connection_params(); own.pop('pool', None)\n"
        "with psycopg.connect(**own | {'dbname': 'postgres'}) as it:\n"
        " for name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'):\n"
        "  print(it.execute('SHOW ' + name).fetchone()[0])"
    )
    # Whichever test came before, this process may have loaded the pages.
    inherited = {name: value for name, value in os.environ.items() if name != "RUOSHUI_PART"}
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "ruoshui.settings.base"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == limits


def test_the_look_out_waits_for_no_server_that_has_gone_silent(db, monkeypatch):
    monkeypatch.setattr(rights, "LONGEST_SECONDS", 0.5)
    lookout = rights._Lookout()
    before = lookout.look()
    assert lookout._own is not None
    silent = lookout._own.info.backend_pid
    os.kill(silent, signal.SIGSTOP)
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(lookout.look()))
    try:
        asking.start()
        asking.join(60)
        assert found == [before]
        assert lookout._own.info.backend_pid != silent
    finally:
        os.kill(silent, signal.SIGCONT)
        asking.join(60)
        lookout._own.close()
