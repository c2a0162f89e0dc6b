"""Approvals: one decides, all must agree, or any of several is enough."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import add_participant, locked_active
from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import stood_in_for
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

NEEDS = (Voting.ONE, Voting.ALL, Voting.ANY, Voting.SOME)


@verb
def ask_approval(
    case: Case,
    *,
    name: str,
    people: Sequence[Staff],
    needs: str = Voting.ONE,
    enough: int | None = None,
    body: str = "",
    asked_by: Staff | None = None,
    by: Actor,
    at: datetime,
) -> Task:
    """Ask colleagues to approve something the template did not foresee. `enough`: how many must, when it needs some."""
    case = locked_active(case)
    name = name.replace("\x00", "").strip()
    if not name or len(name) > 120:
        raise Invalid({"name": [_("Say in a few words what is to be approved.")]})
    asked = {person.pk: person for person in people}
    if not asked or needs not in NEEDS or (needs == Voting.ONE and len(asked) > 1):
        raise Invalid({"people": [_("Choose who approves: one person, or several of whom all, some or any must.")]})
    if (needs == Voting.SOME) != (enough is not None) or (enough is not None and not 1 <= enough <= len(asked)):
        raise Invalid({"enough": [_("Say how many must approve: at most as many as are asked.")]})
    if inactive := next((one for one in people if not one.is_active), None):
        raise CannotDoTask(who=inactive.name)
    task = Task(
        case=case,
        name_zh=name,
        body=body.strip()[:2000],
        unit=case.unit,
        needs=needs,
        enough=enough,
        asked_by=asked_by,
        opened_at=at,
    )
    task.save(force_insert=True)
    _ask(task, asked.values(), by=by, at=at)
    tell_opened(task, by=by, at=at)
    return task


def _ask(task: Task, people: Iterable[Staff], *, by: Actor, at: datetime) -> None:
    """Who votes takes part in the case."""
    for one in people:
        Vote.objects.create(task=task, staff=one)
        if task.case.assignee_id != one.pk:
            add_participant(task.case, staff=one, by=by, at=at)


@verb
def vote(task: Task, *, staff: Staff, approves: bool, remark: str = "", by: Actor, at: datetime) -> Task:
    """One decides, for themselves or for somebody absent whom they stand in for. A rejection needs a reason. When it is
    clear how it ends, the task is done and the process goes on with `approved` and `NODE_approved`.
    """
    task = locked_task(task)
    if not task.is_approval:
        raise NotAnApproval(name=task.name)
    mine = _vote_of(task, staff, at)
    remark = remark.replace("\x00", "").strip()
    if len(remark) > 500 or (not approves and not remark):
        raise Invalid({"remark": [_("Say why it is rejected, in at most 500 characters.")]})
    mine.approves, mine.remark, mine.decided_at = approves, remark, at
    mine.decided_by = staff if staff.pk != mine.staff_id else None
    mine.save(update_fields=["approves", "remark", "decided_at", "decided_by"])
    record(Voted(**of(task), approves=approves, remark=remark), about=task.case, by=by, at=at)
    settle_if_clear(task, remark=remark, by=by, at=at)
    return task


def _vote_of(task: Task, staff: Staff, at: datetime) -> Vote:
    """One's own; else that of somebody absent. Refuses who is not asked, or has decided."""
    votes = {one.staff_id: one for one in Vote.objects.filter(task=task, staff_id__in=stood_in_for(staff, at))}
    own = votes.pop(staff.pk, None)
    for found in (own, *votes.values()):
        if found is not None and found.decided_at is None:
            return found
    if own is None and not votes:
        raise NotAskedToVote(name=task.name)
    raise VotedAlready(name=task.name)


def settle_if_clear(task: Task, *, remark: str, by: Actor, at: datetime) -> None:
    votes = [one.approves for one in Vote.objects.filter(task=task)]
    decided = outcome(task.needs, votes, enough=task.enough)
    if decided:
        papers_must_be_there(task)
    if decided is not None:
        answers = {"approved": decided} | ({f"{task.node}_approved": decided} if task.node else {})
        settle(task, answers, remark=remark, by=by, at=at)


def outcome(needs: str, votes: Sequence[bool | None], *, enough: int | None = None) -> bool | None:
    """None while it is not clear. "all": the first no ends it; "any": the first yes; "one": whoever decides first;
    "some": as soon as `enough` say yes, or so many say no that they no longer can.
    """
    if needs == Voting.SOME:
        needed = enough or 1
        return True if votes.count(True) >= needed else None if len(votes) - votes.count(False) >= needed else False
    if needs == Voting.ONE:
        return next((one for one in votes if one is not None), None)
    if needs == Voting.ALL:
        return False if False in votes else None if None in votes else True
    return True if True in votes else None if None in votes else False
