"""bin/bench screens: every branch with a kiosk, a hall display and a plate at each counter, in a busy hour.

Whoever takes a number follows it on their phone.
"""

import time

from bench.halls_load import Load
from bench.queues import Connection, clean, report, running_halls, times
from bench.screens_load import ScreensApart
from bench.serving import PORT, Stack, database_processes, family, live_updates, processor_seconds

SET_UP = """
INSERT INTO queues_device (branch_id, kind, counter_id, name, key, is_active)
SELECT b.id, kind, NULL, '', 'bench-' || kind || b.id, true
FROM queues_branch b JOIN organization_unit u ON u.id = b.unit_id AND u.code LIKE 'bench%',
    unnest(ARRAY['kiosk', 'hall']) kind
UNION ALL
SELECT c.branch_id, 'plate', c.id, '', 'bench-plate' || c.id, true
FROM queues_counter c JOIN queues_branch b ON b.id = c.branch_id
JOIN organization_unit u ON u.id = b.unit_id AND u.code LIKE 'bench%'
"""


def measure(*, seconds: float, rate: float, branches: int = 500, counters: int = 10) -> int:
    with running_halls(branches, counters) as (token, stack, connection):
        connection.execute(SET_UP)
        devices = connection.execute("SELECT kind, key FROM queues_device WHERE key LIKE 'bench-%'").fetchall()
        screens = ScreensApart([(kind, key) for kind, key in devices], PORT)
        print(f"  {branches} branches × (a kiosk, a hall display, {counters} counter plates)")
        print(f"  {len(devices):,} screens switched on at once are all there after {screens.opened:.0f} s", flush=True)
        # Every hall in each process' memory, and somebody at every counter.
        Load(token, branches, counters, 50, 2 * branches / 50, PORT).run()
        clean(connection)
        _busy_hour(
            token, stack, connection, screens, Load(token, branches, counters, rate, seconds, PORT, taken=screens.see)
        )
    return 0


def _busy_hour(token: str, stack: Stack, connection: Connection, screens: ScreensApart, load: Load) -> None:
    parts = _parts(stack)
    screens.begin()
    began, used = time.perf_counter(), {name: processor_seconds(pids) for name, pids in parts.items()}
    seen = load.run()
    spent = time.perf_counter() - began
    looks = screens.end()
    report(seen, spent, connection)
    for kind, took in sorted(looks.took.items()):
        print(f"  {kind:14} {len(took) / spent:6.0f}/s   {times(took)}")
    for text, count in looks.wrong.most_common(5):
        print(f"  ! {count} × {text}")
    cores = {name: (processor_seconds(pids) - used[name]) / spent for name, pids in parts.items()}
    print("  cores used:    " + ", ".join(f"{name} {share:.2f}" for name, share in cores.items()), flush=True)


def _parts(stack: Stack) -> dict[str, set[int]]:
    live = live_updates(stack)
    return {
        "web": family([stack[0].pid]) - live,
        "live": live,
        "worker": family([stack[1].pid]),
        "database": database_processes(),
    }
