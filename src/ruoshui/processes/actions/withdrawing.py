"""What somebody added and nobody needs any more."""

from datetime import datetime

from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.acting import person_behind
from ruoshui.processes.actions._following import of
from ruoshui.processes.actions.approvers import must_supervise
from ruoshui.processes.actions.tasks import locked_task, reason_in
from ruoshui.processes.events import TaskWithdrawn
from ruoshui.processes.models import Task, TaskState
from ruoshui.processes.refusals import BelongsToProcess


@verb
def withdraw_task(task: Task, *, reason: str, by: Actor, at: datetime) -> Task:
    """By who asked for it, or who supervises its unit. A step of the process is not withdrawn: it would stand still."""
    person = person_behind(by)
    if person is None or task.asked_by_id != person.pk:
        must_supervise(task, by)
    task = locked_task(task)
    if task.run_id is not None:
        raise BelongsToProcess(name=task.name)
    task.remark = reason_in(reason)
    task.state, task.ended_at = TaskState.DROPPED, at
    task.save(update_fields=["state", "ended_at", "remark"])
    record(TaskWithdrawn(**of(task), reason=task.remark), about=task.case, by=by, at=at)
    return task
