"""Who decides on an approval may change while it waits: somebody leaves, is ill or was asked by mistake."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import add_participant, guard_secret
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.acting import person_behind
from ruoshui.organization.models import Permission, Staff
from ruoshui.processes.actions._following import of
from ruoshui.processes.actions._telling import tell_of_task
from ruoshui.processes.actions.approving import settle_if_clear
from ruoshui.processes.actions.tasks import locked_task, reason_in
from ruoshui.processes.events import ApproverReplaced, ApproverWithdrawn, TaskOpened
from ruoshui.processes.models import Task, Vote
from ruoshui.processes.refusals import (
    CannotDoTask,
    MayNotVoteOnThis,
    NeedsTaskSupervisor,
    NotAnApproval,
    NotAskedToVote,
    TooFewApprovers,
    VotedAlready,
)


@verb
def replace_approver(task: Task, *, before: Staff, to: Staff, reason: str, by: Actor, at: datetime) -> Task:
    """Another decides instead, who is told. Only who supervises the task's unit says so."""
    task = _locked_approval(task, by)
    found = _undecided(task, before)
    reason = reason_in(reason)
    if not to.is_active or to.is_service:
        raise CannotDoTask(who=to.name)
    if not (to.holds(task.role_id, task.unit) or to.may(Permission.WORK, task.unit)):
        raise MayNotVoteOnThis(who=to.name, unit=task.unit.name)
    if Vote.objects.filter(task=task, staff=to).exists():
        raise Invalid({"staff": [_("They are asked already. Choose somebody else, or withdraw this one.")]})
    guard_secret(task.case, by)
    found.staff = to
    found.save(update_fields=["staff"])
    if task.case.assignee_id != to.pk:
        add_participant(task.case, staff=to, by=by, at=at)
    told = ApproverReplaced(**of(task), before=before.pk, assignee=to.pk, reason=reason)
    record(told, about=task.case, by=by, at=at)
    opened = TaskOpened(**of(task), unit=task.unit_id, role=task.role_id, due=None)
    tell_of_task(task, opened, at=at, to=[to])
    return task


@verb
def withdraw_approver(task: Task, *, before: Staff, reason: str, by: Actor, at: datetime) -> Task:
    """One is no longer asked; the rest decide, at once when that makes it clear. As many as must approve stay asked."""
    task = _locked_approval(task, by)
    found = _undecided(task, before)
    reason = reason_in(reason)
    left = Vote.objects.filter(task=task).exclude(pk=found.pk).count()
    if left < max(1, task.enough or 0):
        raise TooFewApprovers(name=task.name, needed=max(1, task.enough or 0))
    found.delete()
    record(ApproverWithdrawn(**of(task), before=before.pk, reason=reason), about=task.case, by=by, at=at)
    settle_if_clear(task, remark="", by=by, at=at)
    return task


def must_supervise(task: Task, by: Actor) -> None:
    person = person_behind(by)
    if person is None or not person.may(Permission.SUPERVISE, task.unit):
        raise NeedsTaskSupervisor(unit=task.unit.name)


def _locked_approval(task: Task, by: Actor) -> Task:
    must_supervise(task, by)
    task = locked_task(task)
    if not task.is_approval:
        raise NotAnApproval(name=task.name)
    return task


def _undecided(task: Task, staff: Staff) -> Vote:
    found = Vote.objects.filter(task=task, staff=staff).first()
    if found is None:
        raise NotAskedToVote(name=task.name)
    if found.decided_at is not None:
        raise VotedAlready(name=task.name)
    return found
