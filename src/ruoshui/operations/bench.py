"""ruoshui bench: every figure we quote, by one command, on a database of its own."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from ruoshui.operations.bench_sweeper import bench_database
from ruoshui.operations.processes import ruoshui

PORT = 8790


def run_bench(what: str, *, sizes: str, seconds: float) -> int:
    with bench_database():
        token = _token()
        wanted = [int(size) for size in sizes.split(",") if size] if what == "cases" else []
        stack = [subprocess.Popen(ruoshui("serve", "--port", str(PORT))), subprocess.Popen(ruoshui("worker"))]
        try:
            _wait_for_web()
            _creates(token, seconds)
            print(f"  resident memory of web, live updates, worker and database (PSS): {_memory(stack):.0f} MB")
            for size in wanted:
                _grow_to(size)
                _reads(token, size)
            if wanted:
                print(f"  resident memory after that (PSS): {_memory(stack):.0f} MB")
        finally:
            for process in stack:
                process.terminate()
            for process in stack:
                process.wait(20)
    return 0


def _token() -> str:
    code = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from ruoshui.core.actors import SYSTEM\n"
        "from ruoshui.organization.actions import issue_token\n"
        "from ruoshui.organization.models import Scope, Staff\n"
        "staff = Staff.objects.get(username='admin')\n"
        "print(issue_token(staff, name='bench', scopes=Scope.values, by=SYSTEM, at=timezone.now())[1])\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "ruoshui.settings.base"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _wait_for_web() -> None:
    for _attempt in range(300):
        with suppress(OSError, http.client.HTTPException):
            client = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
            client.request("GET", "/healthz")
            if client.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the web did not start")


class Client:
    """One connection that is kept open, as a program would."""

    def __init__(self, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        payload = json.dumps(body).encode() if body is not None else None
        self.connection.request(method, path, payload, self.headers)
        response = self.connection.getresponse()
        return response.status, response.read()


def _creates(token: str, seconds: float) -> None:
    for clients in (1, 8):
        counts = [0] * clients
        until = time.monotonic() + seconds

        def work(index: int, counts: list[int] = counts, until: float = until) -> None:
            client = Client(token)
            while time.monotonic() < until:
                status, answer = client.call("POST", "/api/v1/cases", _case(index))
                if status != 201:
                    raise RuntimeError(f"{status} {answer!r}")
                counts[index] += 1

        threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(
            f"  creates through the API, {clients} client(s): {sum(counts) / (time.monotonic() - began):.0f}/s",
            flush=True,
        )


def _case(index: int) -> dict[str, object]:
    return {
        "type": "billing",
        "subject": "电费账单核对 bill check",
        "body": "请核对本月抄表数据，谢谢。 Please check the reading.",
        "customer": {"name": f"测试客户{index}", "contacts": [{"kind": "phone", "value": f"1390000{index:04d}"}]},
    }


GROW = """
INSERT INTO cases_case (type_id, subject, state, priority, channel, category, unit_id, form, confidential, due_at,
    opened_at, last_activity_at, reopen_count, access_code, version, queue_rank, team_id, assignee_id,
    customer_id)
SELECT (SELECT array_agg(id) FROM cases_casetype)[1 + i %% 5], '批量工单 bulk case ' || i,
    CASE WHEN i %% 10 < 3 THEN 'open' WHEN i %% 10 = 3 THEN 'waiting' ELSE 'closed' END, 'normal', 'portal', '',
    (SELECT array_agg(id ORDER BY id) FROM organization_unit)[1 + i %% 8], '{}', false,
    now() + (i %% 20000 - 2000) * interval '1 minute', now() - (i %% 200000) * interval '1 minute', now(), 0,
    'BULKBULKBU', 1, 5, NULL, (SELECT array_agg(id ORDER BY id) FROM organization_staff)[1 + i %% 10],
    (SELECT min(id) FROM customers_customer) + i %% 6
FROM generate_series(%s::bigint, %s::bigint) AS i;
INSERT INTO cases_searchpiece (case_id, body)
SELECT id, replace(replace(subject, ' bulk', 'bulk'), 'case ', 'case') || E'\n' ||
    (ARRAY['路灯损坏影响出行','变压器噪音扰民','电表读数异常','申请分时电价','停电未提前通知',
    '发票抬头错误','充电桩报装','线路老化隐患','缴费未到账','营业厅服务态度'])[1 + id %% 10]
    || md5(id::text) || CASE WHEN id %% 5000 = 0 THEN '稀有词语' ELSE '' END
FROM cases_case WHERE access_code = 'BULKBULKBU' AND id > %s;
"""


def _grow_to(size: int) -> None:
    """Fill up with made-up cases, straight into the tables: the only place that may, and only here."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from ruoshui.settings.places import database_parameters

    with psycopg.connect(make_conninfo(**database_parameters()), autocommit=True) as connection:
        count, newest = connection.execute("SELECT count(*), max(id) FROM cases_case").fetchone() or (0, 0)
        began = time.monotonic()
        connection.execute("SET maintenance_work_mem = '512MB'")
        if size - count > 200_000:  # building the index once beats feeding it
            connection.execute("DROP INDEX search_grams")
        for part in filter(str.strip, GROW.split(";")):
            connection.execute(part, [newest] if "searchpiece" in part else [count + 1, size])
        connection.execute("CREATE INDEX IF NOT EXISTS search_grams ON cases_searchpiece USING gin (grams2(body))")
        connection.execute("VACUUM ANALYZE cases_case")
        connection.execute("VACUUM ANALYZE cases_searchpiece")
    print(f"  — {size:,} cases (loaded in {time.monotonic() - began:.0f} s) —", flush=True)


def _reads(token: str, size: int) -> None:
    client = Client(token)
    numbers = [max(1, size * n // 41) for n in range(1, 41)]
    searches = ["变压器", "稀有词语", "RS00000123", "bulk", "充电", "分时电价 bulk"]
    kinds: dict[str, list[Callable[[], tuple[int, bytes]]]] = {
        "list by due": [lambda: client.call("GET", "/api/v1/cases?limit=50")] * 40,
        "list newest": [lambda: client.call("GET", "/api/v1/cases?limit=50&sort=newest")] * 40,
        "list mine": [lambda: client.call("GET", "/api/v1/cases?limit=50&sight=mine")] * 40,
        "open a case": [lambda n=n: client.call("GET", f"/api/v1/cases/RS{n:08d}") for n in numbers],  # type: ignore[misc]
        "search": [lambda q=q: client.call("GET", "/api/v1/search?limit=50&q=" + _quoted(q)) for q in searches * 7],  # type: ignore[misc]
    }
    for name, calls in kinds.items():
        times = []
        for call in calls:
            began = time.perf_counter()
            status, _answer = call()
            times.append((time.perf_counter() - began) * 1000)
            if status not in (200, 404):
                raise RuntimeError(f"{name}: {status}")
        times.sort()
        print(
            f"  {name:<12} median {statistics.median(times):6.1f} ms   p95 {times[int(len(times) * 0.95)]:6.1f} ms",
            flush=True,
        )


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def _memory(stack: list[subprocess.Popen[bytes]]) -> float:
    """Proportional set size in MB: shared pages are counted once over those who share them."""
    total = 0
    for pid in _family([process.pid for process in stack]) | _postgres():
        with suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as rollup:
            total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total / 1024


def _family(roots: list[int]) -> set[int]:
    parents = {}
    for name in os.listdir("/proc"):
        with suppress(OSError, IndexError), open(f"/proc/{name}/stat") as stat:
            if name.isdigit():
                parents[int(name)] = int(stat.read().rsplit(")", 1)[1].split()[1])
    found = set(roots)
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _postgres() -> set[int]:
    """The database's processes, when the database is our own."""
    from ruoshui.settings.places import database_folder

    with suppress(OSError, IndexError, ValueError):
        cluster = next(database_folder().glob("pg*/postmaster.pid"))
        return _family([int(cluster.read_text().split()[0])])
    return set()
