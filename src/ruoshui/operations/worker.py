"""The worker: jobs, promises that fall due, pauses that end, the backlog. Any number may run."""

import threading
from collections.abc import Callable
from datetime import datetime

from ruoshui.cases.actions import take_new_letters, take_new_texts
from ruoshui.channels.actions import dial_signed, end_forgotten_calls, send_due_letters, send_due_texts
from ruoshui.core.pulses import Pulses
from ruoshui.core.readiness import PULSE
from ruoshui.informing.actions import send_due_notices as send_notices
from ruoshui.informing.actions import try_next_ways
from ruoshui.notices.actions import show_due_notices
from ruoshui.operations.jobs import Jobs
from ruoshui.operations.lmtp import serve_lmtp
from ruoshui.operations.mailing import Watchers
from ruoshui.operations.rounds import go_rounds, keep_running
from ruoshui.operations.watchdog import EVERY_SECONDS, Watchdog, end_process
from ruoshui.processes.actions import fire_due_timers
from ruoshui.queues.actions import remind_all, send_codes, send_home, settle_appointments
from ruoshui.routing.actions import assign_backlog
from ruoshui.sla.actions import resume_due_cases, sweep_clocks
from ruoshui.webhooks.couriers import Couriers

SWEEPS: tuple[tuple[str, float, Callable[[datetime], int]], ...] = (
    ("backlog", 0.5, assign_backlog),
    ("promises", 1.0, sweep_clocks),
    ("notices", 1.0, show_due_notices),
    ("timers of processes", 1.0, fire_due_timers),
    ("pauses", 5.0, resume_due_cases),
    ("mail that came in", 2.0, take_new_letters),
    ("mail to be sent", 1.0, send_due_letters),
    ("messages that came in", 2.0, take_new_texts),
    ("messages to be sent", 0.5, send_due_texts),
    ("calls without an end", 600.0, end_forgotten_calls),
    ("numbers to be dialled", 1.0, dial_signed),
    ("notices to customers", 1.0, send_notices),
    ("ways that failed", 15.0, try_next_ways),
    ("webhooks", 1.0, Couriers().send_due),
    ("numbers left over", 60.0, send_home),
    ("reminders of appointments", 30.0, remind_all),
    ("codes of appointments", 1.0, send_codes),
    ("appointments not come", 30.0, settle_appointments),
)


def work() -> None:
    """Until SIGINT or SIGTERM; running jobs are finished first."""
    stopping = threading.Event()
    jobs = Jobs()
    pulses = Pulses([PULSE, *(name for name, _every, _sweep in SWEEPS)])
    watchdog = Watchdog(pulses, end=lambda: end_process(jobs.stop))
    rounds = (*SWEEPS, (PULSE, EVERY_SECONDS, watchdog.look))
    threads = [
        threading.Thread(target=go_rounds, args=(name, every, sweep, stopping, pulses), daemon=True)
        for name, every, sweep in rounds
    ]
    for name, run in (
        ("watching mailboxes and exchanges", Watchers(stopping).run),
        ("taking mail by LMTP", lambda: serve_lmtp(stopping)),
    ):
        threads.append(threading.Thread(target=keep_running, args=(name, run, stopping), daemon=True))
    for thread in threads:
        thread.start()
    try:
        jobs.run()
    finally:
        stopping.set()
        for thread in threads:
            thread.join(5)
