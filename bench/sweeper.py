"""bin/bench sweeper: very many promises that fall due in one minute, and two days of them at once.

Cases and clocks are loaded by SQL; the sweeping is what the worker does, by two processes side by side.
"""

import subprocess
import sys
import time

import psycopg

from bench.database import bench_database

SWEEPERS = 2

LOAD = """
WITH term AS (
  SELECT t.id AS term_id, t.minutes * 60 AS seconds, r.id AS rung_id
  FROM sla_level l JOIN sla_levelversion v ON v.level_id = l.id AND v.state = 'published'
  JOIN sla_term t ON t.version_id = v.id AND t.target = 'resolution'
  JOIN sla_rung r ON r.term_id = t.id AND r.when = 'percent' AND r.amount = 100
  WHERE l.code = '3a' LIMIT 1
), fresh AS (
  INSERT INTO cases_case (type_id, subject, state, priority, channel, category, customer_id, unit_id, team_id,
      assignee_id, form, confidential, due_at, opened_at, last_activity_at, reopen_count, access_code, version,
      queue_rank)
  SELECT ty.id, 'bulk ' || n, 'open', 'normal', 'api', '', NULL, u.id, NULL, NULL, '{}', false, now(),
      now() - interval '3 days', now(), 0, 'ABCDEFGHJK', 1, 5
  FROM generate_series(1, %(count)s) n
  CROSS JOIN (SELECT id FROM cases_casetype WHERE code = 'billing') ty
  CROSS JOIN (SELECT id FROM organization_unit WHERE code = 'city') u
  RETURNING id, unit_id
)
INSERT INTO sla_clock (case_id, term_id, target, milestone, round, unit_id, seconds, starts_at, due_at, alarms_at,
    alarm_rungs, fired, next_at)
SELECT fresh.id, term.term_id, 'resolution', '', 1, fresh.unit_id, term.seconds, now() - interval '3 days', due.at,
    ARRAY[due.at], ARRAY[term.rung_id], '{}', due.at
FROM fresh CROSS JOIN term
CROSS JOIN LATERAL (SELECT now() - random() * %(within)s::interval + fresh.id * interval '0 s' AS at) due
"""
SWEEP = (
    "import django; django.setup()\n"
    "from django.utils import timezone\n"
    "from ruoshui.sla.actions import sweep_clocks\n"
    "print(sweep_clocks(timezone.now()))\n"
)


def measure(*, count: int) -> int:
    with bench_database() as address, psycopg.connect(address, autocommit=True) as connection:
        _sweep(1)  # what the demo itself has due
        right = True
        for label, within in (("all due within one minute", "1 minute"), ("48 hours of downtime", "48 hours")):
            connection.execute(LOAD, {"count": count, "within": within})
            connection.execute("VACUUM ANALYZE sla_clock")
            connection.execute("VACUUM ANALYZE cases_case")
            first = connection.execute("SELECT coalesce(max(id), 0) FROM core_event").fetchone()
            began = time.monotonic()
            _sweep(SWEEPERS)
            took = time.monotonic() - began
            once = _fired_once(connection, first[0] if first else 0)
            right &= once == (count, count)
            print(f"  {count:,} clocks, {label}, {SWEEPERS} sweepers: {took:.1f} s ({count / took:,.0f}/s)", flush=True)
            print(f"    broken exactly once: {once[0]:,}; escalated exactly once: {once[1]:,}", flush=True)
    return 0 if right else 1


def _sweep(sweepers: int) -> None:
    started = [subprocess.Popen([sys.executable, "-c", SWEEP], stdout=subprocess.DEVNULL) for _each in range(sweepers)]
    if any(process.wait() for process in started):
        raise RuntimeError("a sweeper failed")


def _fired_once(connection: psycopg.Connection[tuple[int, ...]], after: int) -> tuple[int, int]:
    """How many cases have exactly one breach, and exactly one escalation, since the event `after`."""
    found = []
    for kind in ("sla.promise_broken", "sla.clock_escalated"):
        row = connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM core_event WHERE id > %s AND kind = %s "
            "GROUP BY about_id HAVING count(*) = 1) AS once",
            [after, kind],
        ).fetchone()
        found.append(row[0] if row else 0)
    return found[0], found[1]
