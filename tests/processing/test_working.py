"""A case and its process: tasks, approvals, timers, messages, documents; through the verbs."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from ruoshui.cases.actions import close_case, reply_as_customer
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, CaseState
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Invalid
from ruoshui.documents.actions import receive_document
from ruoshui.documents.models import Requirement
from ruoshui.organization.actions import hire
from ruoshui.processes.actions import (
    add_task,
    ask_approval,
    begin_template,
    finish_task,
    fire_due_timers,
    give_task_back,
    go_on_again,
    move_to_version,
    pass_task,
    publish_template,
    set_template,
    take_task,
    vote,
)
from ruoshui.processes.models import Run, RunState, Task, TaskState, TemplateVersion, Timer
from ruoshui.processes.refusals import (
    CannotMove,
    IsAnApproval,
    MayNotDecline,
    NotAskedToVote,
    TaskNotToDo,
    TaskTakenAlready,
    VotedAlready,
    WrongTemplate,
)
from ruoshui.sla.models import InternalRequest, RequestState
from tests.conftest import NOW, at, refused
from tests.processing.conftest import waive_papers
from tests.processing.drawings import CARD, drawing

Publish = Callable[..., TemplateVersion]
Apply = Callable[..., Case]
PDF = Upload("id.pdf", b"%PDF-1.4 hello")


def to_do(case: Case) -> list[Task]:
    return list(Task.objects.to_do().filter(case=case).select_related("case", "run", "unit", "assignee").order_by("pk"))


def the_task(case: Case) -> Task:
    (task,) = to_do(case)
    return task


def state_of(case: Case) -> bytes:
    state = Run.objects.get(case=case).state
    assert state is not None
    return bytes(state)


def customer_of(case: Case) -> Actor:
    assert case.customer is not None
    return case.customer.actor


def kinds(case: Case) -> list[str]:
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk, kind__startswith="processes.")
    return [kind.removeprefix("processes.") for kind in events.order_by("id").values_list("kind", flat=True)]


def test_a_card_is_applied_for_checked_decided_and_told(
    demo: SimpleNamespace, card: TemplateVersion, apply: Apply
) -> None:
    case, chen = apply(), demo.staff["chen"]
    waive_papers(case)
    task = the_task(case)
    assert (task.name, task.role, task.unit.code, task.stage) == ("Check", demo.roles["clerk"], "city", "check")
    take_task(task, to=chen, by=chen.actor, at=NOW)
    finish_task(task, answers={"income": 8000.0}, by=chen.actor, at=NOW + timedelta(minutes=5))
    case.refresh_from_db()
    assert (to_do(case), case.run.status, case.state) == ([], RunState.FINISHED, CaseState.RESOLVED)
    assert case.messages.get(kind="notice", body__startswith="额度").body == "额度 30000"
    assert kinds(case) == [
        "started", "task_opened", "task_taken", "task_done", "decision_made", "finished",
    ]  # fmt: skip


def test_above_a_sum_a_supervisor_approves(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    case, lead = apply(), demo.staff["lead"]
    finish_task(the_task(case), answers={"income": 50_000.0}, by=demo.staff["chen"].actor, at=NOW)
    task = the_task(case)
    assert (task.name, task.needs, [one.staff.username for one in task.votes.all()]) == ("Approve", "one", ["lead"])
    with refused(IsAnApproval):
        finish_task(task, by=lead.actor, at=NOW)
    with refused(NotAskedToVote):
        vote(task, staff=demo.staff["chen"], approves=True, by=demo.staff["chen"].actor, at=NOW)
    with refused(Invalid):
        vote(task, staff=lead, approves=False, by=lead.actor, at=NOW)
    vote(task, staff=lead, approves=True, remark="good", by=lead.actor, at=NOW)
    case.refresh_from_db()
    assert case.run.status == RunState.FINISHED
    task.refresh_from_db()
    assert task.answers == {"approved": True, "approve_approved": True}


def test_answers_that_do_not_fit_change_nothing(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    case, chen = apply(), demo.staff["chen"]
    before = state_of(case)
    for answers in ({}, {"income": -1.0}, {"income": "much"}, {"income": 1.0, "more": 2}):
        with refused(Invalid):
            finish_task(the_task(case), answers=answers, by=chen.actor, at=NOW)
    assert (the_task(case).state, state_of(case)) == (TaskState.OPEN, before)


def test_two_who_take_a_task_one_gets_it(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    task, chen, wang = the_task(apply()), demo.staff["chen"], demo.staff["wang"]
    take_task(task, to=chen, by=chen.actor, at=NOW)
    with refused(TaskTakenAlready) as info:
        take_task(Task.objects.get(pk=task.pk), to=wang, by=wang.actor, at=NOW)
    assert chen.name in str(info.value)


def test_a_task_is_given_back_and_passed_on(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    task, chen, wang = the_task(apply()), demo.staff["chen"], demo.staff["wang"]
    take_task(task, to=chen, by=chen.actor, at=NOW)
    with refused(Invalid):
        give_task_back(task, reason=" ", by=chen.actor, at=NOW)
    give_task_back(task, reason="ill", by=chen.actor, at=NOW)
    assert (task.state, task.assignee) == (TaskState.OPEN, None)
    pass_task(task, to=wang, reason="please", by=demo.staff["lead"].actor, at=NOW)
    assert (task.state, task.assignee) == (TaskState.TAKEN, wang)
    assert task.case.participants.filter(staff=wang).exists()


def test_what_must_be_done_may_not_be_declined(demo: SimpleNamespace, publish: Publish, apply: Apply) -> None:
    publish(drawing("start s", "task a 勘察 role=clerk must=true", "end e", "s > a", "a > e"))
    task, chen = the_task(apply(form=None)), demo.staff["chen"]
    take_task(task, to=chen, by=chen.actor, at=NOW)
    with refused(MayNotDecline):
        give_task_back(task, reason="no time", by=chen.actor, at=NOW)


def test_a_finished_task_is_not_finished_twice(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    task, chen = the_task(apply()), demo.staff["chen"]
    finish_task(task, answers={"income": 1.0}, by=chen.actor, at=NOW)
    with refused(TaskNotToDo):
        finish_task(Task.objects.get(pk=task.pk), answers={"income": 1.0}, by=chen.actor, at=NOW)


def test_documents_are_asked_for_as_the_template_says(card: TemplateVersion, apply: Apply) -> None:
    assert list(Requirement.objects.filter(case=apply()).values_list("code", flat=True)) == ["id", "income"]


def test_a_process_waits_until_the_documents_are_complete(publish: Publish, apply: Apply) -> None:
    source = drawing(
        "start s", "catch w 等资料 message=documents_complete", "task a 审核 role=clerk", "end e",
        "s > w", "w > a", "a > e",
    )  # fmt: skip
    documents = [{"code": "id", "name_zh": "身份证"}, {"code": "home", "name_zh": "房产证"}]
    publish(source, documents=documents)
    case = apply(form=None)
    for requirement in Requirement.objects.filter(case=case):
        assert to_do(case) == []
        receive_document(case, PDF, requirement=requirement, by=customer_of(case), at=NOW)
    assert the_task(case).name_zh == "审核"


def test_timers_run_in_working_time_and_fire_once(demo: SimpleNamespace, publish: Publish, apply: Apply) -> None:
    source = drawing(
        "start s", "task a 做 role=clerk", "edge t 两天 on=a timer=P2D interrupts=no", "task b 催 role=supervisor",
        "end e", "end f", "s > a", "a > e", "t > b", "b > f",
    )  # fmt: skip
    publish(source)
    case = apply(at("2026-03-06 16:00"), form=None)  # Friday
    due = Timer.objects.get(run__case=case).due_at
    assert due == at("2026-03-10 18:00")
    assert (fire_due_timers(due - timedelta(seconds=1)), len(to_do(case))) == (0, 1)
    assert (fire_due_timers(due + timedelta(hours=5)), fire_due_timers(due + timedelta(hours=5))) == (1, 0)
    assert [task.name_zh for task in to_do(case)] == ["做", "催"]
    fired = RecordedEvent.objects.get(kind="processes.timer_fired", about_id=case.pk)
    assert fired.at == due


def test_what_the_customer_writes_moves_the_process(publish: Publish, apply: Apply) -> None:
    source = drawing(
        "start s", "service ask 问 verb=tell_customer text=请补充", "service p 等 verb=wait",
        "catch w 等回复 message=customer_replied", "task a 看回复 role=clerk", "end e",
        "s > ask", "ask > p", "p > w", "w > a", "a > e",
    )  # fmt: skip
    publish(source)
    case = apply(form=None)
    assert (case.state, to_do(case)) == (CaseState.WAITING, [])
    reply_as_customer(case, body="here it is", by=customer_of(case), at=NOW + timedelta(hours=1))
    case.refresh_from_db()
    assert (case.state, the_task(case).name_zh) == (CaseState.OPEN, "看回复")


def test_work_of_another_unit_by_a_level_is_an_internal_request(
    demo: SimpleNamespace, publish: Publish, apply: Apply
) -> None:
    publish(drawing("start s", "task a 现场 role=agent unit=unit:field level=3b", "end e", "s > a", "a > e"))
    case = apply(form=None)
    request = InternalRequest.objects.get(case=case)
    task = the_task(case)
    assert (request.unit.code, task.request, request.clocks.get().due_at) == ("field", request, task.due_at)
    field = demo.staff["field"]
    take_task(task, to=field, by=field.actor, at=NOW)
    finish_task(task, remark="measured", by=field.actor, at=NOW)
    request.refresh_from_db()
    case.refresh_from_db()
    assert (request.state, request.answer, case.run.status) == (RequestState.DONE, "measured", RunState.FINISHED)


def test_a_closed_case_has_nothing_to_do(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    case = apply()
    add_task(case, name="call", to=demo.staff["wang"], by=SYSTEM, at=NOW)
    close_case(case, outcome="withdrawn", by=demo.staff["chen"].actor, at=NOW)
    assert (to_do(case), Run.objects.get(case=case).status) == ([], RunState.CANCELLED)


def test_a_fault_stops_the_process_and_never_the_case(demo: SimpleNamespace, publish: Publish, apply: Apply) -> None:
    source = drawing(
        "start s", "service a 转 verb=note text=x", "choice g", "end e", "s > a", "a > g", "g > e if never = 1",
        "g > a otherwise",
    )  # fmt: skip
    version = publish(source)
    case = apply(form=None)
    run = Run.objects.get(case=case)
    assert (run.status, case.state, case.messages.filter(kind="note").count()) == (RunState.STOPPED, "open", 0)
    assert "round and round" in run.fault
    set_template(
        begin_template(case.type, by=SYSTEM, at=NOW).template,
        {"drawing": CARD.replace("审批", "批")},
        by=SYSTEM,
        at=NOW,
    )
    good = drawing("start s", "task a 做 role=clerk", "end e", "s > a", "a > e")
    set_template(version.template, {"drawing": good}, by=SYSTEM, at=NOW)
    publish_template(version.template, by=SYSTEM, at=NOW)
    go_on_again(case, by=demo.staff["lead"].actor, at=NOW)
    assert the_task(case).name_zh == "做"


def test_a_role_nobody_holds_stops_the_process_with_what_to_do(
    publish: Publish, apply: Apply, demo: SimpleNamespace
) -> None:
    source = drawing("start s", "task a 做 role=lobby unit=case approval=one", "end e", "s > a", "a > e")
    publish(source)
    case = apply(form=None)
    run = Run.objects.get(case=case)
    assert (run.status, "Lobby manager" in run.fault) == (RunState.STOPPED, True)
    hire(
        username="newlobby",
        name_zh="新",
        unit=demo.units["city"],
        roles=[demo.roles["lobby"]],
        password="a-long-one",
        by=SYSTEM,
        at=NOW,
    )
    go_on_again(case, by=SYSTEM, at=NOW)
    assert the_task(case).votes.get().staff.username == "newlobby"


def test_running_cases_keep_their_version_and_move_where_safe(
    demo: SimpleNamespace, publish: Publish, apply: Apply
) -> None:
    first = publish(
        drawing("start s", "task a 甲 role=clerk", "task b 乙 role=clerk", "end e", "s > a", "a > b", "b > e")
    )
    case = apply(form=None)
    second = publish(
        drawing("start s", "task a 甲 role=clerk", "task c 丙 role=clerk", "end e", "s > a", "a > c", "c > e")
    )
    assert (second.number, case.run.version) == (2, first)
    move_to_version(case, second, by=SYSTEM, at=NOW)
    finish_task(the_task(case), by=SYSTEM, at=NOW)
    assert the_task(case).name_zh == "丙"
    third = publish(drawing("start s", "task a 甲 role=clerk", "end e", "s > a", "a > e"))
    with refused(CannotMove) as info:
        move_to_version(case, third, by=SYSTEM, at=NOW)
    assert "丙" in str(info.value)


def test_a_faulty_template_is_not_published(publish: Publish, demo: SimpleNamespace) -> None:
    with refused(WrongTemplate) as info:
        publish(drawing("start s", "task a 做", "end e", "s > a", "a > e"), documents=[{"code": "x"}])
    assert ("which role" in str(info.value), "needs a code and a name" in str(info.value)) == (True, True)


def test_colleagues_are_asked_to_approve(demo: SimpleNamespace, apply: Apply) -> None:
    case, lead, province = apply(form=None), demo.staff["lead"], demo.staff["province"]
    task = ask_approval(case, name="discount", people=[lead, province], needs="all", by=SYSTEM, at=NOW)
    vote(task, staff=lead, approves=True, by=lead.actor, at=NOW)
    assert task.state == TaskState.OPEN
    with refused(VotedAlready):
        vote(task, staff=lead, approves=True, by=lead.actor, at=NOW)
    vote(task, staff=province, approves=False, remark="too much", by=province.actor, at=NOW)
    assert (task.state, task.answers) == (TaskState.DONE, {"approved": False})


def test_any_of_several_is_enough(demo: SimpleNamespace, apply: Apply) -> None:
    case, lead, province = apply(form=None), demo.staff["lead"], demo.staff["province"]
    task = ask_approval(case, name="discount", people=[lead, province], needs="any", by=SYSTEM, at=NOW)
    vote(task, staff=lead, approves=False, remark="no", by=lead.actor, at=NOW)
    vote(task, staff=province, approves=True, by=province.actor, at=NOW)
    assert task.answers == {"approved": True}


def test_a_stranger_sees_no_task(demo: SimpleNamespace, card: TemplateVersion, apply: Apply) -> None:
    task = the_task(apply())
    seen = {
        name: Task.objects.visible_to(demo.staff[name]).filter(pk=task.pk).exists()
        for name in ("chen", "lead", "south")
    }
    assert seen == {"chen": True, "lead": True, "south": False}
    mine = {name: list(Task.objects.for_me(demo.staff[name])) == [task] for name in ("chen", "lead", "south", "west")}
    assert mine == {"chen": True, "lead": False, "south": False, "west": False}


def test_another_kind_of_case_is_worked_on_as_its_kind_says(
    demo: SimpleNamespace, card: TemplateVersion, publish: Publish, apply: Apply
) -> None:
    from ruoshui.cases.actions import categorize_case

    publish(drawing("start s", "task z 另 role=clerk", "end e", "s > z", "z > e"), type="billing", forms={})
    case = apply()
    categorize_case(case, {"type": demo.types["billing"], "form": {}}, by=demo.staff["chen"].actor, at=NOW)
    assert the_task(case).name_zh == "另"


def test_a_case_without_a_template_has_no_process(apply: Apply) -> None:
    case: Any = apply(form=None)
    assert (Run.objects.filter(case=case).exists(), to_do(case)) == (False, [])
