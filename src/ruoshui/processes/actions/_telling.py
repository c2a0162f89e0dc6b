"""Who hears of a task: whoever has it, or those who could take it."""

from datetime import datetime

from ruoshui.core.statements import Prepared
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Staff
from ruoshui.processes.events import OfTask
from ruoshui.processes.models import Task
from ruoshui.sla.notices import both

MOST = 30


_holders: Prepared[Staff] = Prepared(
    lambda role, unit: (
        Staff.objects.filter(is_active=True, memberships__role_id=role, memberships__unit_id=unit)
        .select_related("unit")
        .distinct()[:MOST]
    ),
    "role",
    "unit",
)


def tell_of_task(task: Task, event: OfTask, *, at: datetime, to: list[Staff] | None = None) -> None:
    """Whoever has it, or could take it; or those named."""
    data = {
        "number": task.case.number,
        "subject": task.case.subject,
        "task": [task.name_zh, task.name_en],
        "unit": both(task.unit),
        "due_at": task.due_at.isoformat() if task.due_at else None,
    }
    tell_staff(_people(task) if to is None else to, event.kind, data, about=task, at=at)


def _people(task: Task) -> list[Staff]:
    if task.needs:
        return [vote.staff for vote in task.votes.filter(decided_at=None).select_related("staff__unit")]
    if task.assignee is not None:
        return [task.assignee]
    if task.role_id is None:
        return []
    return _holders.all(role=task.role_id, unit=task.unit_id)
