"""bin/bench queues: how many numbers and calls a second, whether any is lost, and what a thousand displays take."""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from bench.halls_load import ClientTimes, KeptConnection, Load
from bench.serving import PORT, WEB, WORKER, Stack, family, live_updates, postmasters, proportional_memory, serving
from ruoshui.settings.places import database_parameters

SET_UP = """
INSERT INTO organization_unit (code, name_zh, name_en, path, is_active, parent_id)
SELECT 'bench' || i, '网点' || i, 'Branch ' || i, '', true, (SELECT id FROM organization_unit WHERE code = 'city')
FROM generate_series(1, %(branches)s) i;
UPDATE organization_unit u SET path = p.path || u.id || '/' FROM organization_unit p
WHERE p.id = u.parent_id AND u.path = '';
INSERT INTO queues_branch (unit_id, calendar_id, order_rule, languages, welcome_zh, welcome_en, spoken_zh, spoken_en,
    slot_minutes, slot_places, appointment_bonus_minutes, late_minutes, target_minutes, target_percent, is_active, seq,
    learned, revision)
SELECT u.id, (SELECT id FROM organization_calendar WHERE code = 'always'), 'ageing', '{zh-hans,en}', '', '',
    '{number}{counter}', '{number}{counter}', 30, 2, 10, 10, 10, 80, true, 1, 0, 1
FROM organization_unit u WHERE u.code LIKE 'bench%%';
INSERT INTO queues_queue (branch_id, business_id, service_class_id, prefix, first_number, last_number, is_active)
SELECT b.id, s.id, c.id, chr(64 + row_number() OVER (PARTITION BY b.id ORDER BY s.id, c.id)::int), 1, 0, true
FROM queues_branch b JOIN organization_unit u ON u.id = b.unit_id AND u.code LIKE 'bench%%'
CROSS JOIN queues_business s CROSS JOIN queues_serviceclass c;
INSERT INTO queues_counter (branch_id, number, name_zh, name_en, state, is_active, seq)
SELECT b.id, n, '', '', 'open', true, 1 FROM queues_branch b
JOIN organization_unit u ON u.id = b.unit_id AND u.code LIKE 'bench%%', generate_series(1, %(counters)s) n;
INSERT INTO queues_counterduty (counter_id, queue_id, turn)
SELECT c.id, q.id, 1 FROM queues_counter c JOIN queues_queue q ON q.branch_id = c.branch_id
JOIN queues_branch b ON b.id = c.branch_id JOIN organization_unit u ON u.id = b.unit_id AND u.code LIKE 'bench%%';
"""
Connection = psycopg.Connection[tuple[Any, ...]]


def connect() -> Connection:
    return psycopg.connect(make_conninfo(**database_parameters()), autocommit=True)


def connect_to(address: str) -> Connection:
    return psycopg.connect(address, autocommit=True)


def set_up_halls(connection: Connection, branches: int, counters: int) -> None:
    for part in filter(str.strip, SET_UP.split(";")):
        connection.execute(part, {"branches": branches, "counters": counters})
    connection.execute("ANALYZE")


def check(connection: Connection, seen: ClientTimes) -> list[str]:
    """What must hold whatever happened: every number given is there once, and nobody was called twice."""
    faults = []
    kept = {row[0] for row in connection.execute("SELECT id FROM queues_ticket WHERE source = 'api'").fetchall()}
    if lost := set(seen.numbers.values()) - kept:
        faults.append(f"{len(lost)} numbers were given and are lost")
    if len(set(seen.numbers.values())) != len(seen.numbers):
        faults.append("two requests got one number")
    if extra := len(kept) - len(set(seen.numbers.values())):
        faults.append(f"{extra} numbers nobody asked for")
    if twice := [pk for pk, times in seen.calls.items() if times > 1]:
        faults.append(f"{len(twice)} numbers were answered to two calls")
    double = connection.execute(
        "SELECT count(*) FROM (SELECT about_id FROM core_event WHERE kind = 'queues.ticket_called' "
        "GROUP BY about_id HAVING count(*) > 1) d"
    ).fetchone()
    if double and double[0]:
        faults.append(f"{double[0]} numbers were called twice")
    row = connection.execute(
        "SELECT count(*) FROM queues_ticket WHERE source = 'api' AND state <> 'waiting'"
    ).fetchone()
    if row and row[0] != len(seen.calls):
        faults.append(f"{row[0]} numbers were called, the counters know of {len(seen.calls)}")
    return faults


def measure(*, seconds: float, branches: int = 500, counters: int = 10, rate: float = 200.0, kill: bool = False) -> int:
    with running_halls(branches, counters) as (token, stack, connection):
        print(f"  {branches} branches × {counters} counters; {rate:.0f} numbers and as many calls a second")
        asyncio.run(_bare())
        _load(token, connection, seconds, branches, counters, rate)
        if kill:
            _killed(token, stack)
        else:
            _displays(stack)
    return 0


@contextmanager
def running_halls(branches: int, counters: int) -> Iterator[tuple[str, Stack, Connection]]:
    """Web and worker with that many branches: a token for the API, the processes, and the database."""
    with serving() as (token, stack), connect() as connection:
        set_up_halls(connection, branches, counters)
        yield token, stack, connection


def _load(
    token: str,
    connection: Connection,
    seconds: float,
    branches: int,
    counters: int,
    rate: float,
) -> None:
    Load(token, branches, counters, rate, 4 * branches / rate, PORT).run()  # every hall in each process' memory
    clean(connection)
    began = time.perf_counter()
    seen = Load(token, branches, counters, rate, seconds, PORT).run()
    spent = time.perf_counter() - began
    report(seen, spent, connection)


def report(seen: ClientTimes, spent: float, connection: Connection) -> None:
    print(f"  numbers taken  {len(seen.numbers) / spent:6.0f}/s   {times(seen.took)}")
    print(f"  calls          {len(seen.called) / spent:6.0f}/s   {times(seen.called)}   ({seen.empty} met nobody)")
    print(f"  of which the load left late    {times(seen.late)}")
    for text, count in seen.wrong.most_common(5):
        print(f"  ! {count} × {text}")
    for fault in check(connection, seen) or ["no number lost, nobody called twice"]:
        print(f"  {fault}", flush=True)


async def _bare(count: int = 1500) -> None:
    """What a request costs here that does nothing: to compare with, in the same minute."""
    numbers = iter(range(count))

    async def ask(line: KeptConnection) -> None:
        for _each in numbers:
            await line.get("/healthz")

    lines = [KeptConnection(PORT) for _each in range(8)]
    began = time.perf_counter()
    await asyncio.gather(*(ask(line) for line in lines))
    print(f"  bare requests  {count / (time.perf_counter() - began):6.0f}/s at most (/healthz)")


def _killed(token: str, stack: Stack) -> None:
    """kill -9 of web, worker and database, one after another, while numbers are taken and called."""

    def kill(what: str) -> None:
        print(f"  kill -9: {what}", flush=True)
        if what == "database":
            for pid in postmasters():
                os.kill(pid, signal.SIGKILL)
            return
        index = 0 if what == "web" else 1
        for pid in family([stack[index].pid]):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        stack[index].wait()
        stack[index] = subprocess.Popen(WEB if what == "web" else WORKER)

    with connect() as connection:
        clean(connection)
    for number, what in enumerate(("web", "worker", "database")):
        threading.Timer(6.0 + 8.0 * number, kill, [what]).start()
    seen = Load(token, 20, 10, 40.0, 30.0, PORT).run()
    print(f"  {len(seen.numbers):,} numbers taken, {len(seen.calls):,} called meanwhile")
    for text, count in seen.wrong.most_common(5):
        print(f"  ! {count} × {text}")
    with connect() as connection:
        for fault in check(connection, seen) or ["no number lost, nobody called twice"]:
            print(f"  {fault}", flush=True)


def clean(connection: Connection) -> None:
    connection.execute("TRUNCATE queues_ticket CASCADE")
    connection.execute("UPDATE queues_queue SET last_number = 0")
    connection.execute("ALTER TABLE core_event DISABLE TRIGGER append_only")
    connection.execute("DELETE FROM core_event WHERE kind LIKE 'queues.%'")


def times(seconds: list[float]) -> str:
    ordered = sorted(1000 * s for s in seconds)
    at = {q: ordered[min(len(ordered) - 1, int(q * len(ordered)))] for q in (0.95, 0.99)}
    return f"median {statistics.median(ordered):6.1f} ms   p95 {at[0.95]:6.1f} ms   p99 {at[0.99]:6.1f} ms"


def _displays(stack: Stack, count: int = 1000) -> None:
    """A thousand displays on the one process of live updates."""
    live = live_updates(stack)
    signed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup()\nfrom ruoshui.web.live import sign_topics\n"
            f"print(' '.join(sign_topics(['branch:' + str(n % 500)]) for n in range({count})))",
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()

    async def follow() -> float:
        open_lines = []
        for token in signed:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT + 1)
            writer.write(f"GET /?topics={token} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await reader.readuntil(b"retry: 2000")
            open_lines.append(writer)
        await asyncio.sleep(3)
        used = sum(proportional_memory(pid) for pid in live)
        for writer in open_lines:
            writer.close()
        return used

    print(f"  {count} displays connected: the live process takes {asyncio.run(follow()):.0f} MB (PSS)", flush=True)
