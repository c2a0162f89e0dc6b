"""Approvals: one decides, all must agree, or any of several is enough."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import add_participant, locked_active
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff
from ruoshui.processes.actions._following import of, tell_opened
from ruoshui.processes.actions.tasks import locked_task, papers_must_be_there, settle
from ruoshui.processes.events import Voted
from ruoshui.processes.models import Task, Vote, Voting
from ruoshui.processes.refusals import CannotDoTask, NotAnApproval, NotAskedToVote, VotedAlready


@verb
def ask_approval(
    case: Case,
    *,
    name: str,
    people: Sequence[Staff],
    needs: str = Voting.ONE,
    body: str = "",
    asked_by: Staff | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """Ask colleagues to approve something the template did not foresee."""
    case = locked_active(case)
    name = name.replace("\x00", "").strip()
    if not name or len(name) > 120:
        raise Invalid({"name": [_("Say in a few words what is to be approved.")]})
    if not people or needs not in (Voting.ONE, Voting.ALL, Voting.ANY) or (needs == Voting.ONE and len(people) > 1):
        raise Invalid({"people": [_("Choose who approves: one person, or several of whom all or any must.")]})
    if inactive := next((one for one in people if not one.is_active), None):
        raise CannotDoTask(who=inactive.name)
    task = Task(
        case=case, name_zh=name, body=body.strip()[:2000], unit=case.unit, needs=needs, asked_by=asked_by, opened_at=at
    )
    task.save(force_insert=True)
    for one in {person.pk: person for person in people}.values():
        Vote.objects.create(task=task, staff=one)
        if case.assignee_id != one.pk:
            add_participant(case, staff=one, by=by, at=at)
    tell_opened(task, by=by, at=at)
    return task


@verb
def vote(task: Task, *, staff: Staff, approves: bool, remark: str = "", by: Actor, at: datetime) -> Task:
    """One decides. A rejection needs a reason. When it is clear how it ends, the task is done and the process goes on
    with `approved` and `NODE_approved`.
    """
    task = locked_task(task)
    if not task.is_approval:
        raise NotAnApproval(name=task.name)
    mine = Vote.objects.filter(task=task, staff=staff).first()
    if mine is None:
        raise NotAskedToVote(name=task.name)
    if mine.decided_at is not None:
        raise VotedAlready(name=task.name)
    remark = remark.replace("\x00", "").strip()
    if len(remark) > 500 or (not approves and not remark):
        raise Invalid({"remark": [_("Say why it is rejected, in at most 500 characters.")]})
    mine.approves, mine.remark, mine.decided_at = approves, remark, at
    mine.save(update_fields=["approves", "remark", "decided_at"])
    record(Voted(**of(task), approves=approves, remark=remark), about=task.case, by=by, at=at)
    decided = outcome(task.needs, [one.approves for one in Vote.objects.filter(task=task)])
    if decided:
        papers_must_be_there(task)
    if decided is not None:
        answers = {"approved": decided} | ({f"{task.node}_approved": decided} if task.node else {})
        settle(task, answers, remark=remark, by=by, at=at)
    return task


def outcome(needs: str, votes: Sequence[bool | None]) -> bool | None:
    """None while it is not clear. "all": the first no ends it; "any": the first yes; "one": whoever decides first."""
    if needs == Voting.ONE:
        return next((one for one in votes if one is not None), None)
    if needs == Voting.ALL:
        return False if False in votes else None if None in votes else True
    return True if True in votes else None if None in votes else False
