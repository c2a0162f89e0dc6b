"""Two views of the work on cases as a whole: the milestones of all cases of one level, and the dossier of one case."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.cases.schemas import fields_of
from ruoshui.core.refusals import NotFound
from ruoshui.organization.models import Permission, Staff
from ruoshui.processes.models import Run, Task
from ruoshui.sla.models import Clock, Level, Promise, Target, Term
from ruoshui.sla.terms import current_versions, terms_of
from ruoshui.web.access import needs, staff_of, staff_only, visible_case
from ruoshui.web.live import follows
from ruoshui.web.printing import can_print, pdf_response
from ruoshui.web.showing_work import papers_of, stages_of, tasks_of
from ruoshui.web.workspace.lists import list_topics

SHOWN_DAYS, MOST = 60, 200


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case, its clock at each milestone of the level (none before it has begun), and what is to be done now."""

    case: Case
    cells: list[Clock | None]
    tasks: list[Task]

    @property
    def is_broken(self) -> bool:
        return any(clock is not None and clock.broken_at for clock in self.cells)


@needs(Permission.SUPERVISE)
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The supervision view of one level, such as the green channel: every hand-off with its limit, kept or broken."""
    staff = staff_of(request)
    level = Level.objects.filter(code=code).first()
    version = current_versions().get(level.pk) if level else None
    if level is None or version is None:
        raise NotFound
    terms = [term for term in terms_of(version.pk) if term.target == Target.MILESTONE]
    rows = _rows(staff, level, terms)
    context = {
        "level": level,
        "terms": terms,
        "rows": rows,
        "broken": sum(row.is_broken for row in rows),
        "levels": [one for one in levels_with_milestones() if one.pk != level.pk],
        "place": "desk",
        **follows(*list_topics(staff), reader=staff.pk),
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/board.html" if part else "workspace/board.html", context)


def levels_with_milestones() -> list[Level]:
    """Those that name stages on the way: each has a board."""
    return [
        version.level
        for version in current_versions().values()
        if any(term.target == Target.MILESTONE for term in terms_of(version.pk))
    ]


def _rows(staff: Staff, level: Level, terms: list[Term]) -> list[BoardRow]:
    """Broken first, then what is due next; four queries whatever their number."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    supervised = staff.units_with(Permission.SUPERVISE)
    promised = Promise.objects.filter(version__level=level, made_at__gte=since).values("case_id")
    cases = Case.objects.visible_to(staff).filter(unit__in=supervised, pk__in=promised)
    found = list(cases.select_related("customer", "unit", "type").order_by("-pk")[:MOST])
    clocks: dict[int, dict[str, Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(case__in=found, target=Target.MILESTONE).select_related("term"):
        clocks[clock.case_id or 0][clock.milestone] = clock
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.to_do().filter(case__in=found).select_related("unit", "assignee"):
        tasks[task.case_id].append(task)
    rows = [BoardRow(case, [clocks[case.pk].get(term.milestone) for term in terms], tasks[case.pk]) for case in found]
    return sorted(rows, key=lambda row: (not row.is_broken, row.case.due_at, -row.case.pk))


@staff_only
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """Every stage of a case, who, when and by when, on paper: the connection dossier 业扩报装管理书."""
    staff = staff_of(request)
    case = visible_case(staff, pk)
    return render(request, "workspace/dossier.html", _dossier(case) | {"can_print": can_print()})


@staff_only
def dossier_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    case = visible_case(staff_of(request), pk)
    return pdf_response(request, "workspace/dossier_pdf.html", _dossier(case), f"{case.number}-dossier")


def _dossier(case: Case) -> dict[str, Any]:
    tasks = tasks_of(case)
    answers = [
        (field.label, dict(field.options).get(str(case.form[field.name]), case.form[field.name]))
        for field in fields_of(case.type.form)
        if case.form.get(field.name) not in (None, "")
    ]
    return {
        "case": case,
        "answers": answers,
        "tasks": [task for task in tasks if task.state != "dropped"],
        "stages": stages_of(case, tasks),
        "clocks": Clock.objects.filter(case=case).select_related("term", "unit").order_by("pk"),
        "papers": papers_of(case),
        "run": Run.objects.filter(case=case).select_related("version").first(),
        "promise_made": Promise.objects.filter(case=case).select_related("version__level").first(),
        "contacts": list(case.customer.contacts.all()) if case.customer else [],
        "printed_at": timezone.now(),
    }
