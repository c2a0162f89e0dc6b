"""Who hears of a task: whoever has it, or those who could take it."""

from datetime import datetime

from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Staff
from ruoshui.processes.events import OfTask
from ruoshui.processes.models import Task
from ruoshui.sla.notices import both

MOST = 30


def tell_of_task(task: Task, event: OfTask, *, at: datetime) -> None:
    data = {
        "number": task.case.number,
        "subject": task.case.subject,
        "task": [task.name_zh, task.name_en],
        "unit": both(task.unit),
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }
    tell_staff(_people(task), event.kind, data, about=task, at=at)


def _people(task: Task) -> list[Staff]:
    if task.needs:
        return [vote.staff for vote in task.votes.select_related("staff__unit")]
    if task.assignee is not None:
        return [task.assignee]
    if task.role_id is None:
        return []
    held = Staff.objects.filter(is_active=True, memberships__role_id=task.role_id, memberships__unit_id=task.unit_id)
    return list(held.select_related("unit").distinct()[:MOST])
