"""A running case moves to a newer version of its template, where that is safe."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.guarding import must_hold, staff_behind
from ruoshui.organization.models import Permission, Reach
from ruoshui.processes.actions._following import follow
from ruoshui.processes.actions._stepping import handlers, locked_run
from ruoshui.processes.engine.machine import Machine
from ruoshui.processes.engine.migrating import migrate, unsafe
from ruoshui.processes.events import ProcessMoved
from ruoshui.processes.models import Run, TemplateVersion
from ruoshui.processes.refusals import CannotMove, NoProcess
from ruoshui.processes.templates import drawing_of


def why_not(run: Run, version: TemplateVersion) -> str:
    """Why this case cannot be moved to `version`; empty when it can."""
    if run.state is None or not run.is_running:
        return _("its process is not running.")
    if run.version_id == version.pk:
        return _("it follows this version already.")
    if run.version.template_id != version.template_id:
        return _("the version belongs to another kind of case.")
    if not version.drawing:
        return _("the version has no process.")
    return unsafe(bytes(run.state), drawing_of(run.version_id), drawing_of(version.pk))


@verb
def move_to_version(case: Case, version: TemplateVersion, *, by: Actor, at: datetime) -> Run:
    """Go on by another version. Refused when a step that has begun or is done is not the same there."""
    if (staff := staff_behind(by)) is not None:
        must_hold(staff, [Permission.PROCESSES], case.unit, Reach.UNIT)
    run = locked_run(case)
    if run is None:
        raise NoProcess(number=case.number)
    if why := why_not(run, version):
        raise CannotMove(why=why)
    assert run.state is not None  # asked by why_not
    before = run.version.number
    state = migrate(bytes(run.state), drawing_of(run.version_id), drawing_of(version.pk))
    run.version, run.state = version, state
    run.save(update_fields=["version", "state"])
    record(ProcessMoved(before=before, number=version.number), about=case, by=by, at=at)
    follow(run, Machine(drawing_of(version.pk), state, {}, handlers(run, at)).waiting(), by=by, at=at)
    return run
