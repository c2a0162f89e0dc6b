"""kill -9 of somebody finishing tasks, again and again: every case goes on from its last whole step, none does a step twice."""

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from bench.process import TASKS
from tests.running import Stack, stack, until

pytestmark = pytest.mark.stack
PUBLISH = "import django; django.setup(); from bench.process import publish; publish()"
# Opens cases, then finishes whatever task is to be done, of any case, until none is left.
WORK = """
import django; django.setup()
from django.utils import timezone
from ruoshui.cases.actions import open_case
from ruoshui.cases.models import CaseType
from ruoshui.core.refusals import Refusal
from ruoshui.organization.models import Staff, Unit
from ruoshui.processes.actions import finish_task
from ruoshui.processes.models import Task
staff = Staff.objects.select_related("unit").get(username="chen")
type, unit = CaseType.objects.get(code="incident"), Unit.objects.get(code="city")
for number in range(%d):
    open_case(type, subject=f"crash {number}", body="", customer=None, unit=unit, form={}, by=staff.actor, at=timezone.now())
while found := list(Task.objects.to_do().filter(run__isnull=False, case__subject__startswith="crash").select_related("case", "run").order_by("?")[:5]):
    for task in found:
        try:
            finish_task(task, by=staff.actor, at=timezone.now())
        except Refusal:
            pass
"""


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        yield found


def worker(running: Stack, cases: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORK % cases], env=running.environment)


def cases(running: Stack) -> int:
    return int(running.sql("SELECT count(*) FROM cases_case WHERE subject LIKE 'crash %'")[0][0])


def more_than(number: int, running: Stack) -> bool:
    return cases(running) > number


def test_a_killed_step_is_taken_again_and_never_twice(running: Stack):
    done = subprocess.run([sys.executable, "-c", PUBLISH], env=running.environment, check=False)
    assert done.returncode == 0
    rng = random.Random(3)
    for _each in range(4):
        enough = partial(more_than, cases(running), running)
        doomed = worker(running, 5)
        until(enough)
        time.sleep(rng.random() * 1.5)
        os.kill(doomed.pid, signal.SIGKILL)
        doomed.wait()
    assert worker(running, 2).wait(120) == 0
    ours = "JOIN cases_case ON cases_case.id = case_id WHERE subject LIKE 'crash %'"
    runs = running.sql(f"SELECT processes_run.status, count(*) FROM processes_run {ours} GROUP BY 1")
    assert runs == [("finished", cases(running))]
    tasks = running.sql(f"SELECT processes_task.state, count(*) FROM processes_task {ours} GROUP BY 1")
    assert tasks == [("done", cases(running) * TASKS)]
    twice = "SELECT data->>'task' FROM core_event WHERE kind = 'processes.task_done' GROUP BY 1 HAVING count(*) > 1"
    assert running.sql(twice) == []
    timers = f"SELECT count(*) FROM processes_timer JOIN processes_run ON processes_run.id = run_id {ours}"
    assert running.sql(timers) == [(0,)]
