"""bin/bench cases: opened, listed and found through the API, among more and more of them; what it takes in memory."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable

from bench.serving import PORT, memory, serving


def measure(*, sizes: str, seconds: float) -> int:
    wanted = [int(size) for size in sizes.split(",") if size]
    with serving() as (token, stack):
        _creates(token, seconds)
        print(f"  resident memory of web, live updates, worker and database (PSS): {memory(stack):.0f} MB", flush=True)
        for size in wanted:
            _grow_to(size)
            _reads(token, size)
        if wanted:
            print(f"  resident memory after that (PSS): {memory(stack):.0f} MB")
    return 0


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
