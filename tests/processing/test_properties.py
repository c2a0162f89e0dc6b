"""Whatever people, customers, time and other units do, in any order: process, tasks, timers, requests and events agree."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruoshui.cases.actions import close_case, open_case, pause_case, reopen_case, reply_as_customer
from ruoshui.cases.models import Case, CaseState
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Refusal
from ruoshui.customers.models import Customer
from ruoshui.processes.actions import (
    add_task,
    finish_task,
    fire_due_timers,
    give_task_back,
    pass_task,
    take_task,
    vote,
)
from ruoshui.processes.actions._stepping import handlers
from ruoshui.processes.engine.machine import Machine
from ruoshui.processes.models import Run, RunState, Task, TaskState, TemplateVersion, Timer
from ruoshui.processes.templates import drawing_of
from ruoshui.sla.actions import finish_request, sweep_clocks
from ruoshui.sla.models import Clock, InternalRequest, RequestState
from tests.conftest import NOW
from tests.processing.drawings import drawing, part, with_part

# Everything at once: two branches, a loop back, a timer at the edge, a race, another unit, an approval, a part.
EVERYTHING = with_part(
    drawing(
        "start s", "fork f", "task a 核对 role=clerk", "choice g", "task v 审批 role=supervisor approval=one unit=case",
        "task u 现场 role=agent unit=unit:field level=3b", "edge t 催 on=u timer=PT2H interrupts=no",
        "service n 记 verb=note text=slow", "end nx", "first r", "catch m 来信 message=customer_replied",
        "catch w 等 timer=P1D", "choice x", "fork j", "service ms 告 verb=tell_customer text=ok", "end e",
        "s > f", "f > a", "f > u", "a > g", "g > v if again != 1", "g > inner otherwise", "v > a", "inner > j",
        "t > n", "n > nx", "u > r", "r > m", "r > w", "m > x", "w > x", "x > j", "j > ms", "ms > e",
    ),
    part("inner", "start is", "task ia 归档 role=clerk", "end ie", "is > ia", "ia > ie"),
)  # fmt: skip
FORM = {"type": "object", "properties": {"again": {"type": "integer", "title": "一次过"}}, "required": ["again"]}
MOVES = ("take", "give", "pass", "finish", "vote", "reply", "time", "request", "pause", "add", "close", "reopen")


class Walk:
    """One case, and somebody who does whatever comes to mind."""

    def __init__(self, demo: SimpleNamespace, case: Case) -> None:
        self.demo, self.case, self.now = demo, case, NOW

    def do(self, move: str, number: int) -> None:
        self.now += timedelta(minutes=7)
        try:
            with transaction.atomic():
                self._do(move, number)
        except Refusal:
            pass
        self.case = Case.objects.select_related("unit", "customer", "type").get(pk=self.case.pk)

    def _do(self, move: str, number: int) -> None:  # noqa: C901 one branch for each thing somebody may do
        tasks = list(Task.objects.to_do().filter(case=self.case).select_related("case__unit", "run").order_by("pk"))
        task = tasks[number % len(tasks)] if tasks else None
        who = list(self.demo.staff.values())[number % len(self.demo.staff)]
        by, at = who.actor, self.now
        if move in ("take", "give", "pass", "finish", "vote") and task is None:
            return
        if move == "take":
            take_task(task, to=who, by=by, at=at)  # type: ignore[arg-type]
        elif move == "give":
            give_task_back(task, reason="x", by=by, at=at)  # type: ignore[arg-type]
        elif move == "pass":
            pass_task(task, to=who, by=by, at=at)  # type: ignore[arg-type]
        elif move == "finish":
            answers = {"again": number % 2} if task and task.form else {}
            finish_task(task, answers=answers, by=by, at=at)  # type: ignore[arg-type]
        elif move == "vote":
            vote(task, staff=self.demo.staff["lead"], approves=bool(number % 2), remark="x", by=by, at=at)  # type: ignore[arg-type]
        elif move == "reply":
            reply_as_customer(self.case, body="hello", by=self.case.customer.actor, at=at)  # type: ignore[union-attr]
        elif move == "time":
            self.now += timedelta(hours=1 + number % 40)
            fire_due_timers(self.now)
            sweep_clocks(self.now)
        elif move == "request":
            for request in InternalRequest.objects.filter(case=self.case, state=RequestState.ASKED)[:1]:
                finish_request(request, answer="done", by=by, at=at)
        elif move == "pause":
            pause_case(self.case, by=by, at=at)
        elif move == "add":
            add_task(self.case, name="more", to=who, by=by, at=at)
        elif move == "close" and number % 4 == 0:
            close_case(self.case, outcome="solved", by=by, at=at)
        elif move == "reopen":
            reopen_case(self.case, reason="", by=by, at=at)

    def agree(self) -> None:
        run = Run.objects.get(case=self.case)
        to_do = Task.objects.to_do().filter(run=run)
        if run.status == RunState.RUNNING:
            assert run.state is not None
            machine = Machine(drawing_of(run.version_id), bytes(run.state), {}, handlers(run, self.now))
            waiting = machine.waiting()
            assert {one.token for one in waiting if one.kind == "task"} == set(to_do.values_list("token", flat=True))
            assert {(one.token, one.node.id) for one in waiting if one.kind == "timer"} == {
                (timer.token, timer.node) for timer in Timer.objects.filter(run=run)
            }
            assert waiting != []  # it can always go on
        else:
            assert (to_do.count(), Timer.objects.filter(run=run).count()) == (0, 0)
        self._events_agree()
        self._requests_and_clocks_agree(run)

    def _events_agree(self) -> None:
        events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=self.case.pk)
        said = Counter((event.kind, event.data.get("task")) for event in events if "task" in event.data)
        for task in Task.objects.filter(case=self.case):
            assert said["processes.task_opened", task.pk] == 1
            assert said["processes.task_done", task.pk] == (task.state == TaskState.DONE)
            if task.run_id:
                assert said["processes.task_dropped", task.pk] == (task.state == TaskState.DROPPED)
        ends = Counter(event.kind for event in events)
        assert ends["processes.finished"] + ends["processes.called_off"] <= 1

    def _requests_and_clocks_agree(self, run: Run) -> None:
        for task in Task.objects.filter(case=self.case, request__isnull=False).select_related("request"):
            assert task.request is not None
            assert task.request.is_outstanding == task.is_to_do
        running = Clock.objects.filter(case=self.case, ended_at__isnull=True).count()
        if self.case.state == CaseState.CLOSED:
            assert (running, run.status == RunState.RUNNING) == (0, False)


@pytest.fixture
def everything(publish: Callable[..., TemplateVersion]) -> TemplateVersion:
    source = EVERYTHING.replace('ruoshui:role="clerk"', 'ruoshui:role="clerk" ruoshui:form="check"', 1)
    return publish(source, forms={"application": {}, "check": FORM})


def walk(demo: SimpleNamespace, customer: Customer, moves: list[tuple[str, int]], at: datetime = NOW) -> Walk:
    case = open_case(
        demo.types["enquiry"],
        subject="x",
        body="x",
        customer=customer,
        unit=demo.units["city"],
        by=SYSTEM,
        at=at,
    )
    walker = Walk(demo, case)
    walker.agree()
    for move, number in moves:
        walker.do(move, number)
        walker.agree()
    return walker


MANY = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 50)), max_size=18)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=QUIET)
@given(moves=MANY)
def test_any_sequence_of_actions_leaves_everything_in_agreement(demo, customer, everything, moves):
    with transaction.atomic():
        walk(demo, customer, moves)
        transaction.set_rollback(True)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=QUIET)
@given(moves=st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 50)), max_size=40))
def test_any_long_sequence_of_actions_leaves_everything_in_agreement(demo, customer, everything, moves):
    with transaction.atomic():
        walk(demo, customer, moves)
        transaction.set_rollback(True)


def test_the_walk_can_reach_the_end(demo, customer, everything):
    """So that the property is not true of a walk that never moves."""
    moves = [("finish", 0), ("vote", 1), ("finish", 1), ("finish", 0), ("request", 0), ("finish", 1), ("reply", 0)]
    moves += [("finish", 1)] * 4 + [("time", 30)] * 3
    walker = walk(demo, customer, moves)
    assert Run.objects.get(case=walker.case).status == RunState.FINISHED
