"""What a page shows of the work on a case: its stages, tasks and documents, in few queries."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import stood_in_for
from ruoshui.cases.schemas import FormField, fields_of
from ruoshui.core.naming import in_language
from ruoshui.core.scanning import scanner
from ruoshui.documents.models import Document, DocumentState, Requirement
from ruoshui.organization.models import Permission, Staff
from ruoshui.processes.models import Run, Task, TaskState, Vote
from ruoshui.processes.templates import drawing_of, form_of


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the bar: done, now, or still to come."""

    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Work:
    """A task as one person sees it: what they may do with it, and the form they would fill in."""

    task: Task
    may_do: bool
    is_mine: bool
    fields: list[tuple[FormField, str, list[str]]]
    votes: list[Vote]
    my_vote: Vote | None
    may_withdraw: bool
    supervises: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A line of the checklist: what is asked for, and what came in."""

    requirement: Requirement | None
    document: Document | None

    @property
    def state(self) -> str:
        if self.document is not None:
            return self.document.state
        if self.requirement is not None and self.requirement.waived_because:
            return "waived"
        return "missing" if self.requirement is not None and self.requirement.is_required else "optional"

    @property
    def word(self) -> str:
        words = {"waived": _("not needed"), "missing": _("missing"), "optional": _("if there is one")}
        return words.get(self.state) or str(DocumentState(self.state).label)

    @property
    def name(self) -> str:
        return self.requirement.name if self.requirement else self.document.title if self.document else ""


def stages_of(case: Case, tasks: list[Task]) -> list[Step]:
    """Empty when the process names none. A stage is "now" while a task of it is to be done."""
    run = Run.objects.filter(case=case).first()
    if run is None:
        return []
    named = drawing_of(run.version_id).stages
    now = {task.stage for task in tasks if task.is_to_do and task.run_id}
    done = {task.stage for task in tasks if task.state == TaskState.DONE and task.run_id}
    furthest = max((i for i, node in enumerate(named) if node.get("stage") in now | done), default=-1)
    steps = []
    for index, node in enumerate(named):
        code = node.get("stage")
        look = "is-now" if code in now else "is-done" if index <= furthest or run.status == "finished" else ""
        steps.append(Step(in_language(code, node.get("stage-en")), look))
    return steps


def tasks_of(case: Case) -> list[Task]:
    related = ("unit", "role", "assignee__unit", "run", "request", "asked_by", "case__unit")
    return list(
        Task.objects.filter(case=case)
        .select_related(*related)
        .prefetch_related("votes__staff", "votes__decided_by")
        .order_by("pk")
    )


def work_of(staff: Staff, tasks: list[Task], errors: dict[str, list[str]] | None = None) -> list[Work]:
    people = stood_in_for(staff)
    return [_work(staff, people, task, errors or {}) for task in tasks]


def _work(staff: Staff, people: list[int], task: Task, errors: dict[str, list[str]]) -> Work:
    mine = task.assignee_id in people
    free = task.assignee_id is None and staff.holds(task.role_id, task.unit)
    schema = form_of(task.run.version_id, task.form) if task.run else {}
    supervises = staff.may(Permission.SUPERVISE, task.unit)
    votes = list(task.votes.all())
    return Work(
        task=task,
        may_do=mine or free or supervises,
        is_mine=mine,
        fields=[(field, "", errors.get(field.name, [])) for field in fields_of(schema)],
        votes=votes,
        my_vote=next((one for one in votes if one.staff_id in people and one.decided_at is None), None),
        may_withdraw=task.run_id is None and (supervises or task.asked_by_id == staff.pk),
        supervises=supervises,
    )


def papers_of(case: Case, *, for_customer: bool = False) -> list[Paper]:
    documents = Document.objects.filter(case=case).prefetch_related("versions")
    found = list(documents.filter(internal=False) if for_customer else documents)
    by_requirement = {one.requirement_id: one for one in found if one.requirement_id}
    asked = [Paper(one, by_requirement.get(one.pk)) for one in Requirement.objects.filter(case=case)]
    return asked + [Paper(None, one) for one in found if one.requirement_id is None]


def shown_work(staff: Staff, case: Case) -> dict[str, Any]:
    tasks = tasks_of(case)
    return {
        "work": work_of(staff, [task for task in tasks if task.is_to_do]),
        "done_tasks": [task for task in tasks if task.state == TaskState.DONE],
        "run": Run.objects.filter(case=case).select_related("version").first(),
        "may_mend": staff.may(Permission.SUPERVISE, case.unit),
    }


def shown_papers(case: Case) -> dict[str, Any]:
    papers = papers_of(case)
    return {
        "papers": papers,
        "missing": sum(1 for one in papers if one.state in ("missing", DocumentState.SENT_BACK)),
        "has_scanner": bool(scanner()),
    }
