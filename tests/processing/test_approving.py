"""Approvals of several, and what becomes of them when who was asked is away or has left."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.notices.models import Notice
from ruoshui.organization.actions import register_absence
from ruoshui.processes.actions import (
    add_task,
    ask_approval,
    finish_task,
    replace_approver,
    take_task,
    vote,
    withdraw_approver,
    withdraw_task,
)
from ruoshui.processes.actions.approving import outcome
from ruoshui.processes.models import Run, RunState, Task, TaskState
from ruoshui.processes.refusals import (
    BelongsToProcess,
    CannotDoTask,
    MayNotVoteOnThis,
    NeedsTaskSupervisor,
    NotAskedToVote,
    TaskNotToDo,
    TooFewApprovers,
    VotedAlready,
)
from tests.conftest import NOW, refused
from tests.processing.drawings import drawing

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def asked(demo: SimpleNamespace, apply: Callable[..., Case]) -> Callable[..., Task]:
    """An approval of some people: asked("lead", "province", needs="all")."""

    def ask(*names: str, **more: Any) -> Task:
        people = [demo.staff[name] for name in names]
        values = {"name": "goodwill of 300", "asked_by": demo.staff["chen"], "by": demo.staff["chen"].actor, "at": NOW}
        return ask_approval(apply(form=None), people=people, **(values | more))

    return ask


def says(task: Task, who: Any, approves: bool | None) -> None:
    if approves is not None:
        vote(task, staff=who, approves=approves, remark="" if approves else "no", by=who.actor, at=NOW)


VOTES = (True, False, None)


@pytest.mark.parametrize("votes", list(product(VOTES, repeat=3)))
@pytest.mark.parametrize("enough", [1, 2, 3])
def test_some_of_several_is_clear_when_enough_say_yes_or_too_many_no(
    votes: tuple[bool | None, ...], enough: int
) -> None:
    yes, no = votes.count(True), votes.count(False)
    wanted = True if yes >= enough else False if 3 - no < enough else None
    assert outcome("some", votes, enough=enough) == wanted


@given(st.lists(st.sampled_from(VOTES), min_size=1, max_size=6))
def test_any_is_one_of_several_and_all_is_all_of_them(votes: list[bool | None]) -> None:
    assert outcome("any", votes) == outcome("some", votes, enough=1)
    assert outcome("all", votes) == outcome("some", votes, enough=len(votes))


def test_two_of_three_are_enough(demo: SimpleNamespace, asked: Callable[..., Task]) -> None:
    task = asked("lead", "province", "wang", needs="some", enough=2)
    says(task, demo.staff["lead"], True)
    assert task.state == TaskState.OPEN
    says(task, demo.staff["wang"], False)
    assert task.state == TaskState.OPEN
    says(task, demo.staff["province"], True)
    assert (task.state, task.answers) == (TaskState.DONE, {"approved": True})


@pytest.mark.parametrize(
    "more",
    [{"needs": "some"}, {"needs": "some", "enough": 3}, {"needs": "some", "enough": 0}, {"needs": "all", "enough": 1}],
)
def test_a_number_that_cannot_be_reached_is_refused(asked: Callable[..., Task], more: dict[str, Any]) -> None:
    with refused(Invalid) as wrong:
        asked("lead", "province", **more)
    assert list(wrong.value.errors) == ["enough"]  # type: ignore[attr-defined]


def test_a_drawing_says_how_many_of_a_role_must_approve(
    demo: SimpleNamespace, publish: Callable[..., Any], apply: Callable[..., Case]
) -> None:
    publish(drawing("start s", "task a 批 role=clerk unit=city approval=2", "end e", "s > a", "a > e"))
    task = Task.objects.get(case=apply(form=None))
    assert (task.needs, task.enough) == ("some", 2)
    first, second = (one.staff for one in task.votes.select_related("staff")[:2])
    says(task, first, True)
    says(task, second, True)
    assert Run.objects.get(case=task.case).status == RunState.FINISHED


def test_more_than_hold_the_role_stop_the_process_with_words(
    publish: Callable[..., Any], apply: Callable[..., Case]
) -> None:
    publish(drawing("start s", "task a 批 role=clerk unit=city approval=99", "end e", "s > a", "a > e"))
    run = Run.objects.get(case=apply(form=None))
    assert run.status == RunState.STOPPED
    assert "needs 99 to approve" in run.fault


def test_somebody_else_decides_when_one_has_left(
    demo: SimpleNamespace, asked: Callable[..., Task], kinds_of: Callable[..., list[str]]
) -> None:
    task, lead, now = asked("wang", "zhao", needs="all"), demo.staff["lead"], timezone.now()
    says(task, demo.staff["wang"], True)
    demo.staff["zhao"].is_active = False
    demo.staff["zhao"].save()
    replace_approver(task, before=demo.staff["zhao"], to=demo.staff["chen"], reason="left", by=lead.actor, at=now)
    assert Notice.objects.filter(staff=demo.staff["chen"], kind="processes.task_opened").count() == 1
    with refused(NotAskedToVote):
        says(task, demo.staff["zhao"], True)
    says(task, demo.staff["chen"], True)
    assert (task.state, task.answers) == (TaskState.DONE, {"approved": True})
    assert [kind for kind in kinds_of(task.case) if "approver" in kind] == ["processes.approver_replaced"]


def test_when_one_is_no_longer_asked_the_rest_may_have_decided(
    demo: SimpleNamespace, asked: Callable[..., Task]
) -> None:
    task, lead = asked("wang", "zhao", needs="all"), demo.staff["lead"]
    says(task, demo.staff["wang"], True)
    withdraw_approver(task, before=demo.staff["zhao"], reason="left", by=lead.actor, at=LATER)
    assert (task.state, task.answers, task.ended_at) == (TaskState.DONE, {"approved": True}, LATER)


def test_as_many_as_must_approve_stay_asked(demo: SimpleNamespace, asked: Callable[..., Task]) -> None:
    lead = demo.staff["lead"]
    for task in (asked("wang", "zhao", needs="some", enough=2), asked("wang", needs="one")):
        with refused(TooFewApprovers):
            withdraw_approver(task, before=demo.staff["wang"], reason="left", by=lead.actor, at=LATER)


def test_who_decides_is_changed_by_a_supervisor_of_the_unit_only(
    demo: SimpleNamespace, asked: Callable[..., Task]
) -> None:
    task = asked("wang", needs="one")
    for name in ("chen", "south", "zhao"):
        with refused(NeedsTaskSupervisor):
            replace_approver(
                task, before=demo.staff["wang"], to=demo.staff["zhao"], reason="x", by=demo.staff[name].actor, at=LATER
            )
        with refused(NeedsTaskSupervisor):
            withdraw_approver(task, before=demo.staff["wang"], reason="x", by=demo.staff[name].actor, at=LATER)
    assert [one.staff.username for one in task.votes.all()] == ["wang"]


@pytest.mark.parametrize(
    ("to", "reason", "kind"),
    [
        ("south", "left", MayNotVoteOnThis),
        ("zhao", "left", Invalid),
        ("gone", "left", CannotDoTask),
        ("chen", " ", Invalid),
    ],
)
def test_a_replacement_that_does_not_fit_is_refused(
    demo: SimpleNamespace, asked: Callable[..., Task], to: str, reason: str, kind: type[Exception]
) -> None:
    task = asked("wang", "zhao", needs="all")
    demo.staff["gone"] = demo.staff["east"]
    demo.staff["gone"].is_active = False
    with refused(kind):
        replace_approver(
            task, before=demo.staff["wang"], to=demo.staff[to], reason=reason, by=demo.staff["lead"].actor, at=LATER
        )
    assert sorted(one.staff.username for one in task.votes.all()) == ["wang", "zhao"]


def test_who_has_decided_is_not_replaced(demo: SimpleNamespace, asked: Callable[..., Task]) -> None:
    task = asked("wang", "zhao", needs="all")
    says(task, demo.staff["wang"], True)
    with refused(VotedAlready):
        withdraw_approver(task, before=demo.staff["wang"], reason="x", by=demo.staff["lead"].actor, at=LATER)


def test_a_deputy_decides_for_who_is_absent_and_it_shows(demo: SimpleNamespace, asked: Callable[..., Task]) -> None:
    task, zhao = asked("wang", "lead", needs="all"), demo.staff["zhao"]
    with refused(NotAskedToVote):
        says(task, zhao, True)
    register_absence(demo.staff["wang"], starts_at=NOW, ends_at=NOW + timedelta(days=3), deputy=zhao, by=SYSTEM, at=NOW)
    assert Task.objects.for_me(zhao, NOW).filter(pk=task.pk).exists()
    says(task, zhao, True)
    decided = task.votes.get(staff=demo.staff["wang"])
    assert (decided.approves, decided.decided_by) == (True, zhao)
    with refused(VotedAlready):
        says(task, zhao, False)


def test_a_task_nobody_needs_is_withdrawn_by_who_asked_for_it_with_a_reason(
    demo: SimpleNamespace, apply: Callable[..., Case], kinds_of: Callable[..., list[str]]
) -> None:
    case, chen, wang = apply(form=None), demo.staff["chen"], demo.staff["wang"]
    task = add_task(case, name="call the owner", to=wang, asked_by=chen, by=chen.actor, at=NOW)
    with refused(NeedsTaskSupervisor):
        withdraw_task(task, reason="x", by=wang.actor, at=LATER)
    with refused(Invalid):
        withdraw_task(task, reason=" ", by=chen.actor, at=LATER)
    withdraw_task(task, reason="they called us", by=chen.actor, at=LATER)
    assert (task.state, task.remark, task.ended_at) == (TaskState.DROPPED, "they called us", LATER)
    assert kinds_of(case)[-1] == "processes.task_withdrawn"
    with refused(TaskNotToDo):
        finish_task(task, by=wang.actor, at=LATER)


def test_a_supervisor_withdraws_an_approval_that_sticks(demo: SimpleNamespace, asked: Callable[..., Task]) -> None:
    task = asked("wang", "zhao", needs="all")
    withdraw_task(task, reason="decided by telephone", by=demo.staff["lead"].actor, at=LATER)
    assert task.state == TaskState.DROPPED


def test_a_step_of_the_process_is_not_withdrawn(
    demo: SimpleNamespace, publish: Callable[..., Any], apply: Callable[..., Case]
) -> None:
    publish(drawing("start s", "task a 做 role=clerk", "end e", "s > a", "a > e"))
    task = Task.objects.get(case=apply(form=None))
    take_task(task, to=demo.staff["chen"], by=demo.staff["chen"].actor, at=NOW)
    with refused(BelongsToProcess):
        withdraw_task(task, reason="x", by=demo.staff["lead"].actor, at=LATER)


def test_on_the_page_a_supervisor_asks_another_and_a_stranger_finds_nothing(
    signed_in: Callable[..., Any], demo: SimpleNamespace, asked: Callable[..., Task]
) -> None:
    task = asked("wang", "zhao", needs="some", enough=2)
    demo.staff["zhao"].is_active = False
    demo.staff["zhao"].save()
    place = f"/work/tasks/{task.pk}"
    page = signed_in("lead").get(place).content.decode()
    assert ("no longer works here" in page, "2 of 2 must approve." in " ".join(page.split())) == (True, True)
    form = {"before": demo.staff["zhao"].pk, "staff": demo.staff["chen"].pk, "reason": "left"}
    assert signed_in("chen").post(f"{place}/approvers", form).status_code == 403
    assert signed_in("south").post(f"{place}/approvers", form).status_code == 404
    assert signed_in("south").post(f"{place}/withdrawal", {"reason": "x"}).status_code == 404
    signed_in("lead").post(f"{place}/approvers", form)
    assert sorted(one.staff.username for one in task.votes.all()) == ["chen", "wang"]
    signed_in("chen").post(f"{place}/withdrawal", {"reason": "settled"})
    assert Task.objects.get(pk=task.pk).state == TaskState.DROPPED
