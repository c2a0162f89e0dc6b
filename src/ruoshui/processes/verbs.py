"""What a service task may do: a closed list. Each is a verb that people have too, with texts and codes from the
drawing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.cases.actions import (
    categorize_case,
    close_case,
    note_case,
    pass_case,
    pause_case,
    reply_case,
    resolve_case,
    resume_case,
    tell_customer,
)
from ruoshui.cases.models import Case, CaseState, Outcome, Priority, WaitReason
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.documents.actions import require_documents
from ruoshui.documents.actions.requiring import Wanted
from ruoshui.organization.models import Unit
from ruoshui.processes.engine.bounds import as_text
from ruoshui.processes.engine.drawing import Node
from ruoshui.processes.engine.expressions import evaluate
from ruoshui.processes.placing import level_coded
from ruoshui.processes.refusals import NoSuchSetting
from ruoshui.sla.actions import ask_unit, promise_again, reach_milestone

FIELD = re.compile(r"\{(\w+)\}")
Facts = Mapping[str, Any]
Verb = Callable[[Node, Case, Facts, datetime], Facts | None]


@dataclass(frozen=True, slots=True)
class Service:
    """`needs` are the settings it cannot do without."""

    label: Any
    needs: tuple[str, ...]
    do: Verb


def carry_out(node: Node, case: Case, facts: Facts, at: datetime) -> Facts:
    """Do what a service task says; returns new facts."""
    service = SERVICES.get(node.get("verb"))
    if service is None:
        raise NoSuchSetting(task=node.name, what="verb", code=node.get("verb"))
    return service.do(node, case, facts, at) or {}


def _text(node: Node, case: Case, facts: Facts) -> str:
    """In the customer's language, with {fields} filled in."""
    english = case.customer is not None and case.customer.language == "en"
    text = (node.get("text-en") if english else "") or node.get("text")
    known = {**facts, "number": case.number, "customer": case.customer.name if case.customer else ""}
    return filled(text, known)


def filled(text: str, known: Facts) -> str:
    """{fields} in a text replaced by what is known; what is not known stays empty."""
    return FIELD.sub(lambda found: _shown(known.get(found[1])), text)


def _shown(value: Any) -> str:
    """A whole number without its decimal point: 501, not 501.0."""
    return as_text(value) if value is None or isinstance(value, float) else str(value)


def _tell(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    tell_customer(case, body=_text(node, case, facts), by=SYSTEM, at=at)


def _reply(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    reply_case(case, body=_text(node, case, facts), by=SYSTEM, at=at)


def _note(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    note_case(case, body=_text(node, case, facts), by=SYSTEM, at=at)


def _milestone(node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    reach_milestone(case, node.get("milestone"), by=SYSTEM, at=at)


def _promise(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    level = level_coded(node.get("level"))
    if level is None:
        raise NoSuchSetting(task=node.name, what="level", code=node.get("level"))
    promise_again(
        case, level, reason=_text(node, case, facts) or node.name, afresh=bool(node.get("afresh")), by=SYSTEM, at=at
    )


def _prioritise(node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    if node.get("priority") not in Priority.values:
        raise NoSuchSetting(task=node.name, what="priority", code=node.get("priority"))
    if case.priority != node.get("priority"):
        categorize_case(case, {"priority": node.get("priority")}, by=SYSTEM, at=at)


def _unit(node: Node) -> Unit:
    unit = Unit.objects.filter(code=node.get("unit").removeprefix("unit:"), is_active=True).first()
    if unit is None:
        raise NoSuchSetting(task=node.name, what="unit", code=node.get("unit"))
    return unit


def _ask(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    level, unit = level_coded(node.get("level")), _unit(node)
    if level is None:
        raise NoSuchSetting(task=node.name, what="level", code=node.get("level"))
    subject = (_text(node, case, facts) or node.name)[:200]
    ask_unit(unit, subject=subject, level=level, from_unit=case.unit, case=case, by=SYSTEM, at=at)


def _pass(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    unit = _unit(node)
    if unit.pk != case.unit_id:
        pass_case(case, to=unit, reason=_text(node, case, facts) or node.name, by=SYSTEM, at=at)


def _pause(node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    reason = node.get("reason") or WaitReason.CUSTOMER
    if reason not in WaitReason.values:
        raise NoSuchSetting(task=node.name, what="reason", code=reason)
    if case.state == CaseState.OPEN:
        pause_case(case, reason=reason, by=SYSTEM, at=at)


def _resume(_node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    if case.state == CaseState.WAITING:
        resume_case(case, by=SYSTEM, at=at)


def _resolve(_node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    if case.is_active:
        resolve_case(case, by=SYSTEM, at=at)


def _close(node: Node, case: Case, facts: Facts, at: datetime) -> None:
    if case.state != CaseState.CLOSED:
        outcome = node.get("outcome") or Outcome.SOLVED
        close_case(case, outcome=outcome, summary=_text(node, case, facts), by=SYSTEM, at=at)


def _require(node: Node, case: Case, _facts: Facts, at: datetime) -> None:
    wanted = Wanted(node.get("code"), node.get("name-zh") or node.get("code"), node.get("document-en"))
    require_documents(case, [wanted], by=SYSTEM, at=at)


def _set(node: Node, _case: Case, facts: Facts, _at: datetime) -> Facts:
    name = node.get("fact")
    if not name.isidentifier() or name == "typename":
        raise Invalid({"fact": [str(_("“%s” is no name of a field.") % name)]})
    return {name: evaluate(node.get("value"), facts)}


SERVICES: dict[str, Service] = {
    "tell_customer": Service(_("tell the customer"), ("text",), _tell),
    "reply_customer": Service(_("answer the customer (keeps the first response)"), ("text",), _reply),
    "note": Service(_("write an internal note"), ("text",), _note),
    "reach_milestone": Service(_("reach a milestone of the promise"), ("milestone",), _milestone),
    "promise_level": Service(_("promise another level"), ("level", "text"), _promise),
    "set_priority": Service(_("set the priority"), ("priority",), _prioritise),
    "ask_unit": Service(_("ask another unit"), ("unit", "level"), _ask),
    "pass_case": Service(_("pass the case to another unit"), ("unit",), _pass),
    "wait": Service(_("let the case wait"), (), _pause),
    "go_on": Service(_("let the case go on"), (), _resume),
    "require_document": Service(_("ask for another document"), ("code", "name-zh"), _require),
    "set_fact": Service(_("set a field"), ("fact", "value"), _set),
    "resolve_case": Service(_("resolve the case"), (), _resolve),
    "close_case": Service(_("close the case"), (), _close),
}
