from ruoshui.processes.models.groups import JointGroup, Seat
from ruoshui.processes.models.runs import Run, RunState, Timer
from ruoshui.processes.models.tasks import Task, TaskState, Vote, Voting
from ruoshui.processes.models.templates import Template, TemplateVersion

__all__ = [
    "JointGroup",
    "Run",
    "RunState",
    "Seat",
    "Task",
    "TaskState",
    "Template",
    "TemplateVersion",
    "Timer",
    "Vote",
    "Voting",
]
