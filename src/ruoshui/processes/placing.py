"""Where a task of a process goes: its role, its unit, whoever is named, and by when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ruoshui.cases.models import Case
from ruoshui.core.remembering import remembered
from ruoshui.core.statements import Prepared
from ruoshui.organization.models import Role, Staff, Unit
from ruoshui.organization.worktimes import calendar_of, worktime_of
from ruoshui.processes.engine.drawing import Node, working_span
from ruoshui.processes.models.groups import seat_for
from ruoshui.processes.refusals import NobodyHoldsRole, NoSuchSetting
from ruoshui.sla.models import Level, Target
from ruoshui.sla.terms import current_version, terms_of
from service_science.worktime import WorkingSpan


@dataclass(frozen=True, slots=True)
class TaskPlace:
    unit: Unit
    role: Role | None = None
    assignee: Staff | None = None


def place_of(node: Node, case: Case) -> TaskPlace:
    """By the settings of a node.

    `unit`: "case" (the unit that has the case), "above", "top", "unit:CODE"; nothing: the nearest unit in which
    somebody holds the role. `assign`: "holder" of the case, "manager" of the customer, "staff:NAME", or
    "group:CODE:DEPARTMENT", who sits for a department in the nearest joint group.
    """
    assignee = _assigned(node, case)
    role = _role(node.get("role")) if node.get("role") else None
    if node.get("role") and role is None:
        raise NoSuchSetting(task=node.name, what="role", code=node.get("role"))
    rule = node.get("unit")
    if not rule and assignee is not None:
        unit: Unit | None = assignee.unit
    elif rule == "case" or (not rule and role is None):
        unit = case.unit
    elif rule == "above":
        unit = case.unit.parent or case.unit
    elif rule == "top":
        unit = Unit.objects.get(pk=case.unit.lineage[0])
    elif rule.startswith("unit:"):
        unit = Unit.objects.filter(code=rule.removeprefix("unit:"), is_active=True).first()
        if unit is None:
            raise NoSuchSetting(task=node.name, what="unit", code=rule.removeprefix("unit:"))
    else:
        assert role is not None
        unit = _nearest(role, case.unit)
    if unit is None:
        raise NobodyHoldsRole(role=role.name if role else "", task=node.name)
    return TaskPlace(unit, role, assignee)


@remembered
def _role(code: str) -> Role | None:
    return Role.objects.filter(code=code).first()


def _assigned(node: Node, case: Case) -> Staff | None:
    rule = node.get("assign")
    if rule == "holder":
        return case.assignee
    if rule == "manager":
        return case.customer.manager if case.customer else None
    if rule.startswith("group:"):
        _group, code, department = (rule + "::").split(":")[:3]
        seat = seat_for(case.unit, code, department)
        if seat is None:
            raise NoSuchSetting(task=node.name, what="joint group", code=f"{code}:{department}")
        return seat.staff
    if rule.startswith("staff:"):
        return Staff.objects.filter(username=rule.removeprefix("staff:"), is_active=True).first()
    return None


_where_held: Prepared[Unit] = Prepared(
    lambda role: Unit.objects.filter(
        memberships__role_id=role, memberships__staff__is_active=True, is_active=True
    ).distinct(),
    "role",
)


@remembered
def _holding(role: int) -> list[Unit]:
    """Where work may go is set up, and no right: two seconds old will do."""
    return _where_held.all(role=role)


def _nearest(role: Role, unit: Unit) -> Unit | None:
    """Where somebody holds the role: the unit that shares most of its line with `unit`; of several, the one below."""
    units = {one.pk: one for one in _holding(role.pk)}
    line = unit.lineage

    def nearness(one: Unit) -> tuple[int, int, int]:
        shared = len([a for a, b in zip(line, one.lineage, strict=False) if a == b])
        return (shared, -abs(len(one.lineage) - len(line)), -one.pk)

    near = [one for one in units.values() if one.lineage[0] == line[0]]
    return max(near, key=nearness, default=None)


def due_of(node: Node, unit: Unit, at: datetime) -> datetime | None:
    """When a task is to be done: by its own working time (`within`), else by its level."""
    if within := working_span(node.get("within")):
        return working_later(unit, at, within)
    level = level_coded(node.get("level"))
    version = current_version(level) if level else None
    terms = {term.target: term for term in terms_of(version.pk)} if version else {}
    term = terms.get(Target.REQUEST) or terms.get(Target.RESOLUTION)
    return working_later(unit, at, term.span) if term else None


@remembered
def level_coded(code: str) -> Level | None:
    return Level.objects.filter(code=code, is_active=True).first() if code else None


def working_later(unit: Unit, at: datetime, span: WorkingSpan) -> datetime:
    """`at` and then `span` of the unit's working time; of the clock's, where no calendar is set."""
    calendar = calendar_of(unit)
    if calendar is None:
        return at + timedelta(days=span.days, seconds=span.seconds)
    return worktime_of(calendar).later(at, span)
