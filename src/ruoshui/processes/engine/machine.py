"""Runs a drawing: tokens in SpiffWorkflow, everything that touches the outside through `Handlers`.

A machine is made for one step and thrown away: restored from the state kept with the case, moved, its new state taken.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.exceptions import WorkflowException

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.checking import DrawingHasFaults, DrawingProblem
from ruoshui.processes.engine.drawing import Drawing, Node, tag
from ruoshui.processes.engine.expressions import evaluate
from ruoshui.processes.engine.state import restore, taken

MOST_STEPS = 500
MOST_TOKENS = 5000
TIMER = "timer:"


class ProcessLoops(Refusal):
    code = "process-loops"
    text = _("The process goes round and round without anybody doing anything, last at “{node}”. Correct the drawing.")


class ProcessStuck(Refusal):
    code = "process-stuck"
    text = _("The process cannot go on at “{node}”: {why}")
    words = ("why",)


class NotWaitingThere(Refusal):
    code = "not-waiting-there"
    text = _("The process does not wait there any more. Load the page again.")


@dataclass(frozen=True)
class Handlers:
    """What a step may do: `service` carries out a verb, `decision` looks a table up; both return new facts."""

    service: Callable[[Node, Mapping[str, Any]], Mapping[str, Any]]
    decision: Callable[[Node, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A token that waits: for somebody (`task`), for time (`timer`) or for a message."""

    token: UUID
    node: Node
    kind: str
    facts: Mapping[str, Any]


class _Closed(BasePythonScriptEngineEnvironment):  # type: ignore[misc] # the library has no types
    """Conditions are our own language; scripts and services do not exist."""

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        return evaluate(expression, context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> Any:
        raise NotImplementedError("no scripts")

    def call_service(self, context: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("no foreign services")


class _Language(PythonScriptEngine):  # type: ignore[misc] # the library has no types
    """Our own refusals pass through unwrapped."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression, task.data)


_LANGUAGE = _Language(environment=_Closed())


class Machine:
    def __init__(self, drawing: Drawing, state: bytes | None, facts: Mapping[str, Any], do: Handlers) -> None:
        """From a kept state, or fresh with the first facts."""
        self.drawing, self.do = drawing, do
        spec, parts = specs_of(drawing)
        if state is None:
            self.workflow = BpmnWorkflow(spec, parts, script_engine=_LANGUAGE)
            self.workflow.task_tree.data.update(facts)
        else:
            self.workflow = restore(state, spec, parts, _LANGUAGE)

    @property
    def is_finished(self) -> bool:
        return bool(self.workflow.completed)

    @property
    def facts(self) -> dict[str, Any]:
        """What is known when it has ended."""
        last = self.workflow.last_task
        return dict(last.data) if last is not None else {}

    def state(self) -> bytes:
        return taken(self.workflow)

    def waiting(self) -> list[Waiting]:
        """Everything that can happen next, in the order in which the tokens arrived."""
        found = []
        for token in self._tokens(TaskState.READY):
            node = self._node(token)
            if node is not None and node.kind == "task":
                found.append(Waiting(token.id, node, "task", token.data))
        for token in self._tokens(TaskState.WAITING):
            found += self._events(token)
        return found

    def _events(self, token: Any) -> list[Waiting]:
        node, definition = self._node(token), getattr(token.task_spec, "event_definition", None)
        if node is None or definition is None:
            return []
        if node.kind == "first_event":
            targets = [self.drawing.nodes[flow.target] for flow in self.drawing.out_of(node.id)]
            return [Waiting(token.id, one, one.event, token.data) for one in targets]
        return [Waiting(token.id, node, node.event, token.data)] if node.event in ("timer", "message") else []

    def complete(self, token_id: UUID, answers: Mapping[str, Any]) -> None:
        """Somebody has done a task."""
        token = self._token(token_id)
        if token.state != TaskState.READY or getattr(self._node(token), "kind", "") != "task":
            raise NotWaitingThere
        token.data.update(answers)
        self._run(token)
        self.go_on()

    def fire(self, token_id: UUID, node_id: str) -> None:
        """The time of a timer has come."""
        self._catch(self._token(token_id), f"{TIMER}{node_id}", {})
        self.go_on()

    def send(self, message: str, facts: Mapping[str, Any]) -> bool:
        """Tell whoever waits for this message. False: nobody did."""
        waiting = [one for one in self.waiting() if one.kind == "message" and one.node.waits_for == message]
        for one in waiting:
            token = self._token(one.token)
            if token.state == TaskState.WAITING:  # another event of the same gateway may have won
                self._catch(token, message, dict(facts))
        if waiting:
            self.go_on()
        return bool(waiting)

    def go_on(self) -> None:
        """Take every step that needs nobody. Refuses a process that never comes to rest."""
        steps = 0
        while True:
            ready = [token for token in self._tokens(TaskState.READY) if not self._needs_somebody(token)]
            if not ready:
                self._must_wait_for_something()
                return
            for token in ready:
                steps += 1
                if steps > MOST_STEPS or len(self.workflow.tasks) > MOST_TOKENS:
                    node = self._node(token)
                    raise ProcessLoops(node=node.name if node else token.task_spec.name)
                if token.state == TaskState.READY:  # an error or an end may have cancelled it
                    self._step(token)
            self._finish_parts()

    def _must_wait_for_something(self) -> None:
        """Tokens that nothing can ever move: a join that waits for a branch nobody will come by."""
        if self.is_finished or self.waiting():
            return
        nodes = [self._node(token) for token in self._tokens(TaskState.WAITING)]
        named = next((node.name for node in nodes if node is not None), self.drawing.main)
        why = _("it waits for every branch, and one of them was not taken. Bring alternatives together before it.")
        raise ProcessStuck(node=named, why=why)

    def _step(self, token: Any) -> None:
        node = self._node(token)
        if node is not None and node.kind == "service":
            token.data.update(self.do.service(node, token.data))
        elif node is not None and node.kind == "decision":
            token.data.update(self.do.decision(node, token.data))
        else:
            self._run(token)
            return
        token.complete()

    def _run(self, token: Any) -> None:
        try:
            token.run()
        except Refusal:
            raise
        except WorkflowException as wrong:
            node = self._node(token)
            why = _("no way out fits what is known. Mark one way as the way otherwise.")
            raise ProcessStuck(node=node.name if node else token.task_spec.name, why=why) from wrong

    def _finish_parts(self) -> None:
        for part in sorted(self.workflow.get_active_subprocesses(), key=lambda one: one.depth, reverse=True):
            holder = self.workflow.get_task_from_id(part.parent_task_id)
            if holder is not None:
                holder.task_spec._update(holder)

    def _catch(self, token: Any, name: str, facts: dict[str, Any]) -> None:
        """As the engine's event manager does, for one token instead of all that know the name."""
        definition = _definition(token.task_spec.event_definition, name)
        if token.state != TaskState.WAITING or definition is None:
            raise NotWaitingThere
        event = BpmnEvent(definition, payload=facts)
        token.task_spec.catch(token, event)
        token.task_spec._update(token)

    def _tokens(self, state: int) -> list[Any]:
        """In the order in which they came to be. The engine's own search walks the tree, at several times the cost."""
        trees = (self.workflow, *self.workflow.subprocesses.values())
        return [token for tree in trees for token in tree.tasks.values() if token.state & state]

    def _token(self, token_id: UUID) -> Any:
        token = self.workflow.get_task_from_id(token_id) if self._has(token_id) else None
        if token is None:
            raise NotWaitingThere
        return token

    def _has(self, token_id: UUID) -> bool:
        parts = self.workflow.subprocesses.values()
        return token_id in self.workflow.tasks or any(token_id in part.tasks for part in parts)

    def _node(self, token: Any) -> Node | None:
        return self.drawing.nodes.get(token.task_spec.name)

    def _needs_somebody(self, token: Any) -> bool:
        node = self._node(token)
        return node is not None and node.kind == "task"


def _definition(definition: Any, name: str) -> Any:
    for one in getattr(definition, "event_definitions", [definition]):
        if getattr(one, "name", None) == name:
            return one
    return None


def specs_of(drawing: Drawing) -> tuple[Any, dict[str, Any]]:
    """The engine's own form of a drawing; made once for each text of a drawing."""
    return _specs(drawing.source, drawing.main)


@lru_cache(maxsize=256)
def _specs(source: str, main: str) -> tuple[Any, dict[str, Any]]:
    parser = BpmnParser()
    try:
        parser.add_bpmn_xml(_for_the_engine(source))
        return parser.get_spec(main), parser.get_subprocess_specs(main)
    except ValidationException as wrong:
        raise DrawingHasFaults([DrawingProblem("", str(wrong))]) from wrong
    except Exception as wrong:  # the library does not say what else it raises for a drawing it cannot read
        raise DrawingHasFaults([DrawingProblem("", f"{type(wrong).__name__}: {wrong}"[:200])]) from wrong


def _for_the_engine(source: str) -> etree._Element:
    """Decisions are steps like services, and timers messages: what they mean is decided by us, not by the library."""
    root = etree.fromstring(source.encode())
    for element in list(root.iter(tag("businessRuleTask"))):
        element.tag = tag("serviceTask")
    for element in list(root.iter(tag("timerEventDefinition"))):
        holder = element.getparent()
        assert holder is not None
        name = f"{TIMER}{holder.get('id')}"
        etree.SubElement(root, tag("message"), id=name, name=name)
        element.tag = tag("messageEventDefinition")
        element.clear()
        element.set("messageRef", name)
    return root


def language() -> Any:
    """What conditions are evaluated by."""
    return _LANGUAGE
