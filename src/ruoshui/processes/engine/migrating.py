"""The same tokens on a newer drawing. Safe when every step that has begun or is done means the same there."""

from django.utils.translation import gettext as _
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.util.diff import diff_workflow, migrate_workflow

from ruoshui.processes.engine.drawing import Drawing, Node
from ruoshui.processes.engine.machine import language, specs_of
from ruoshui.processes.engine.state import registry, restore, taken

BEGUN = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.COMPLETED


def unsafe(state: bytes, old: Drawing, new: Drawing) -> str:
    """Why the tokens cannot move; empty when they can."""
    workflow = restore(state, *specs_of(old), language())
    if workflow.subprocesses and any(not one.completed for one in workflow.subprocesses.values()):
        return _("it is inside a part of the process. Wait until that part is done.")
    for task in workflow.get_tasks(state=BEGUN, skip_subprocesses=True):
        node = old.nodes.get(task.task_spec.name)
        if node is None:
            continue
        other = new.nodes.get(node.id)
        if other is None:
            return _("“%s” has been reached and is not in the new version.") % node.name
        if _meaning(node) != _meaning(other):
            return _("“%s” has been reached and is something else in the new version.") % node.name
    return ""


def _meaning(node: Node) -> tuple[str, str, str, str]:
    """What a step is, apart from who does it and how it is called."""
    return node.kind, node.event, node.attached_to, node.scope


def migrate(state: bytes, old: Drawing, new: Drawing) -> bytes:
    """Tokens that wait, wait at the same place of the new drawing; what comes after them is the new drawing's."""
    workflow = restore(state, *specs_of(old), language())
    spec, parts = specs_of(new)
    difference, _parts = diff_workflow(registry(), workflow, spec, parts)
    workflow.subprocess_specs = dict(parts)
    # The engine's default: what waits is foretold anew, its identity kept, and with it the rows of its task and timer.
    migrate_workflow(difference, workflow, spec)
    return taken(workflow)
