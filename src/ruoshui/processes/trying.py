"""Try a template on a sample case with a clock of one's own: nothing is written, nobody is told.

The whole trial is played again from its beginning each time: the steps somebody took are all there is to keep.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ruoshui.cases.form_answers import form_errors
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.organization.models import Unit
from ruoshui.processes.engine.asking import decide
from ruoshui.processes.engine.drawing import Node, read_drawing, working_span
from ruoshui.processes.engine.expressions import evaluate
from ruoshui.processes.engine.machine import Handlers, Machine, Waiting
from ruoshui.processes.engine.table_shapes import table_from
from ruoshui.processes.models import TemplateVersion
from ruoshui.processes.placing import working_later
from ruoshui.processes.refusals import NoSuchSetting
from ruoshui.processes.verbs import filled
from service_science.worktime import WorkingSpan


# icons: robot, table, flag-check, alarm, message, check, player-play
@dataclass(frozen=True, slots=True)
class TrialLine:
    """A line of the trial: when by its clock, what happened, and what was known then."""

    at: datetime
    icon: str
    text: str


@dataclass
class Trial:
    log: list[TrialLine] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    dues: dict[str, datetime] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    is_finished: bool = False
    fault: str = ""
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrialStep:
    """`node` with `answers` is done; with kind "timer" its time comes; with "message" somebody sends it."""

    kind: str
    node: str
    answers: Mapping[str, Any]


def try_out(
    version: TemplateVersion, facts: Mapping[str, Any], steps: Sequence[TrialStep], *, unit: Unit, at: datetime
) -> Trial:
    trial = Trial(now=at)
    player = _Player(version, trial, unit)
    try:
        player.begin(facts)
        for step in steps:
            player.take(step)
    except Invalid as wrong:
        trial.fault = str(wrong)
    except Refusal as fault:
        trial.fault = str(fault)
    player.show()
    return trial


class _Player:
    def __init__(self, version: TemplateVersion, trial: Trial, unit: Unit) -> None:
        self.version, self.trial, self.unit = version, trial, unit
        self.drawing = read_drawing(version.drawing)
        self.tables = {table.code: table for table in map(table_from, version.decisions)}
        self.machine: Machine | None = None
        self.due: dict[tuple[UUID, str], datetime] = {}

    @property
    def now(self) -> datetime:
        assert self.trial.now is not None
        return self.trial.now

    def say(self, icon: str, text: str) -> None:
        self.trial.log.append(TrialLine(self.now, icon, text))

    def begin(self, facts: Mapping[str, Any]) -> None:
        for one in self.version.documents:
            if not one.get("when") or evaluate(one["when"], facts):
                self.trial.documents.append(one["name_zh"])
        self.say("player-play", _("A case is opened."))
        self.machine = Machine(self.drawing, None, facts, Handlers(self._service, self._decision))
        self.machine.go_on()
        self._date()

    def _date(self) -> None:
        """When the timers that wait will fire."""
        assert self.machine is not None
        for one in self.machine.waiting():
            if one.kind == "timer":
                span = working_span(one.node.waits_for) or WorkingSpan()
                self.due.setdefault((one.token, one.node.id), working_later(self.unit, self.now, span))

    def take(self, step: TrialStep) -> None:
        assert self.machine is not None
        found = next(
            (one for one in self.machine.waiting() if one.node.id == step.node and one.kind == step.kind), None
        )
        if found is None:
            return
        if step.kind == "task":
            self._do(found, step.answers)
        elif step.kind == "timer":
            self.trial.now = max(self.now, self.due[found.token, found.node.id])
            self.say("alarm", _("The time of “%s” has come.") % found.node.name)
            self.machine.fire(found.token, found.node.id)
        else:
            self.say("message", _("The message %s arrives.") % found.node.waits_for)
            self.machine.send(found.node.waits_for, {})
        self._date()

    def _do(self, waiting: Waiting, answers: Mapping[str, Any]) -> None:
        assert self.machine is not None
        node = waiting.node
        if node.get("approval"):
            approved = bool(answers.get("approved"))
            given: dict[str, Any] = {"approved": approved, f"{node.id}_approved": approved}
        else:
            given = dict(answers)
            schema = self.version.forms.get(node.get("form"), {})
            if (schema or given) and (errors := form_errors(schema, given)):
                raise Invalid(errors)
        self.say("check", _("“%s” is done.") % node.name)
        self.machine.complete(waiting.token, given)

    def _service(self, node: Node, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """What it would do is said, not done; only a field is really set."""
        verb = node.get("verb")
        if verb == "set_fact":
            return {node.get("fact"): evaluate(node.get("value"), facts)}
        text = filled(node.get("text"), {**facts, "number": "RS00000000", "customer": "…"})
        self.say("robot", f"{node.name}: {text}" if text else node.name)
        return {}

    def _decision(self, node: Node, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        table = self.tables.get(node.get("decision"))
        if table is None:
            raise NoSuchSetting(task=node.name, what="decision", code=node.get("decision"))
        answers = decide(table, facts, self.tables)
        self.say("table", f"{table.name}: " + ", ".join(f"{name} = {value}" for name, value in answers.items()))
        return answers

    def show(self) -> None:
        if self.machine is None:
            return
        self.trial.is_finished = self.machine.is_finished
        self.trial.waiting = [] if self.trial.fault else self.machine.waiting()
        waiting = self.machine.waiting()
        self.trial.facts = dict(waiting[0].facts) if waiting else self.machine.facts
        self.trial.dues = {node: due for (_token, node), due in self.due.items()}
        if self.machine.is_finished:
            self.say("flag-check", _("The process has come to its end."))
