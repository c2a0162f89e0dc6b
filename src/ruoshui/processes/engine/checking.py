"""Is a drawing fit to run? Everything that is wrong, in words of whoever drew it, each with the place to look at."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.processes.engine.drawing import MESSAGES, Drawing, Node, working_span
from ruoshui.processes.engine.expressions import BadExpression, parse
from ruoshui.processes.engine.reaching import is_too_long, looks_ahead_too_far

DEEPEST = 5
MOST_PLACES = 5  # of one problem, each named by its own


@dataclass(frozen=True, slots=True)
class DrawingProblem:
    """`node` is the id of the element, to be shown in the drawing; empty for the drawing as a whole."""

    node: str
    text: str | Promise
    line: int = 0


@dataclass(frozen=True)
class Known:
    """What a drawing may refer to: codes that exist. `verbs` maps a verb to the settings it needs."""

    verbs: Mapping[str, Collection[str]] = field(default_factory=dict)
    roles: Collection[str] | None = None
    forms: Collection[str] | None = None
    decisions: Collection[str] | None = None
    levels: Collection[str] | None = None


def problems(drawing: Drawing, known: Known) -> list[DrawingProblem]:
    """Empty when it can be published."""
    found = list(_whole(drawing))
    for node in drawing.nodes.values():
        found += [DrawingProblem(node.id, text, node.line) for text in _of_node(drawing, node, known)]
    return gathered([*found, *_flows(drawing), *_calls(drawing)])


def gathered(found: list[DrawingProblem]) -> list[DrawingProblem]:
    """Each problem at its first places, and then how many more there are: a file may hold one 8,000 times."""
    places: dict[str, list[DrawingProblem]] = {}
    for one in found:
        places.setdefault(str(one.text), []).append(one)
    shown = []
    for text, ones in places.items():
        shown += ones[:MOST_PLACES]
        if (more := len(ones) - MOST_PLACES) > 0:
            shown.append(
                DrawingProblem("", _("%(text)s The same at %(more)s more places.") % {"text": text, "more": more})
            )
    return shown


def _whole(drawing: Drawing) -> Iterator[DrawingProblem]:
    if not drawing.main:
        yield DrawingProblem("", _("There is no process in the drawing."))
    for name, place, line in drawing.unknown:
        if name == "scriptTask":
            yield DrawingProblem(
                place, _("Scripts do not run here. Use a service task with a verb, or a decision table."), line
            )
        else:
            yield DrawingProblem(place, _("An element of the kind “%s” is not understood. Take it out.") % name, line)
    for scope in {node.scope for node in drawing.nodes.values()} | {drawing.main}:
        starts = [node for node in drawing.of_kind("start") if node.scope == scope]
        if len(starts) != 1:
            yield DrawingProblem(
                scope, _("A process and each part of it needs exactly one start; here are %s.") % len(starts)
            )
        if not any(node.scope == scope for node in drawing.of_kind("end")):
            yield DrawingProblem(scope, _("A process and each part of it needs an end."))
        if is_too_long(drawing, scope):
            yield DrawingProblem(scope, _("One way has more than 150 steps. Split the process into parts."))
        if looks_ahead_too_far(drawing, scope):
            yield DrawingProblem(scope, _("Its branches multiply. Bring them together, or let a choice end the ring."))


def _of_node(drawing: Drawing, node: Node, known: Known) -> Iterator[str | Promise]:
    checks = {
        "task": _task,
        "service": _service,
        "decision": _decision,
        "event": _event,
        "choice": _choice,
        "choices": _choice,
        "start": _start,
    }
    if node.kind in checks:
        yield from checks[node.kind](drawing, node, known)
    if node.kind != "start" and not node.attached_to and node.id not in drawing.entered:
        yield _("Nothing leads here.")
    if node.kind != "end" and not drawing.out_of(node.id):
        yield _("Nothing follows. Draw an arrow to what comes next, or to an end.")
    if node.kind not in ("choice", "choices", "fork", "first_event", "start") and len(drawing.out_of(node.id)) > 1:
        yield _("Only a gateway may have several ways out. Put one behind it.")


def _task(_drawing: Drawing, node: Node, known: Known) -> Iterator[str | Promise]:
    if not node.name_zh:
        yield _("The task needs a name.")
    role, form, level = node.get("role"), node.get("form"), node.get("level")
    if not role and not node.get("assign"):
        yield _("Say which role does it.")
    elif role and known.roles is not None and role not in known.roles:
        yield _("There is no role “%s”.") % role
    if form and known.forms is not None and form not in known.forms:
        yield _("There is no form “%s” in this template.") % form
    if level and known.levels is not None and level not in known.levels:
        yield _("There is no published level “%s”.") % level
    if (needs := node.get("approval")) and needs not in ("one", "all", "any") and not _is_count(needs):
        yield _("An approval needs “one”, “all”, “any”, or how many of those asked: 2 to 99.")


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 2 <= int(text) <= 99 and len(text) <= 2


def _service(_drawing: Drawing, node: Node, known: Known) -> Iterator[str | Promise]:
    verb = node.get("verb")
    if verb not in known.verbs:
        names = ", ".join(known.verbs)
        yield _("Choose what the service task does: %s.") % names
        return
    for setting in known.verbs[verb]:
        if not node.get(setting):
            yield _("“%(verb)s” needs the setting “%(setting)s”.") % {"verb": verb, "setting": setting}


def _decision(_drawing: Drawing, node: Node, known: Known) -> Iterator[str | Promise]:
    code = node.get("decision")
    if not code:
        yield _("Choose the decision table.")
    elif known.decisions is not None and code not in known.decisions:
        yield _("There is no decision table “%s” in this template.") % code


def _event(drawing: Drawing, node: Node, _known: Known) -> Iterator[str | Promise]:
    if node.event == "timer":
        if working_span(node.waits_for) is None:
            yield _("A timer is written as working time: PT4H for four hours, P3D for three working days.")
    elif node.event == "calendar_timer":
        yield _("Only timers with a duration in working time are understood: PT4H, P3D.")
    elif node.event == "message":
        if node.waits_for not in MESSAGES:
            yield _("It can wait for one of these messages: %s.") % ", ".join(MESSAGES)
    elif not (node.event == "error" and node.attached_to):
        yield _("Say what it waits for: a timer or a message.")
    if node.attached_to:
        host = drawing.nodes.get(node.attached_to)
        if host is None or host.kind not in ("task", "part", "call"):
            yield _("An event can be attached to a task or to a part of the process only.")
        if node.id in drawing.entered:
            yield _("Nothing may lead to an attached event.")


def _choice(drawing: Drawing, node: Node, _known: Known) -> Iterator[str | Promise]:
    ways = drawing.out_of(node.id)
    if len(ways) < 2:
        return
    for flow in ways:
        if flow.id == node.default:
            continue
        if not flow.condition:
            yield _("The way to “%s” needs a condition, or must be the way otherwise.") % _target(drawing, flow.target)
            continue
        try:
            parse(flow.condition)
        except BadExpression as wrong:
            yield str(wrong)
    if not any(flow.id == node.default for flow in ways):
        yield _("Mark one way as the way otherwise, so that nobody gets stuck.")


def _start(_drawing: Drawing, node: Node, _known: Known) -> Iterator[str | Promise]:
    if node.event:
        yield _("A process starts with its case: the start cannot wait for anything.")


def _target(drawing: Drawing, pk: str) -> str:
    return drawing.nodes[pk].name if pk in drawing.nodes else pk


def _flows(drawing: Drawing) -> Iterator[DrawingProblem]:
    for flow in drawing.flows:
        for end in (flow.source, flow.target):
            if end not in drawing.nodes:
                yield DrawingProblem(flow.id, _("An arrow leads to or from something that is not there."))


def _calls(drawing: Drawing) -> Iterator[DrawingProblem]:
    """Parts that hold or call each other without end."""
    holds: dict[str, set[str]] = {}
    for node in drawing.nodes.values():
        if node.kind == "part":
            holds.setdefault(node.scope, set()).add(node.id)
        if node.kind == "call":
            holds.setdefault(node.scope, set()).add(node.calls)
            if node.calls not in drawing.processes:
                yield DrawingProblem(
                    node.id, _("It calls the process “%s”, which is not in the file.") % node.calls, node.line
                )
    for scope in holds:
        if _leads_back(scope, holds):
            yield DrawingProblem(scope, _("It calls itself, directly or through another part: it would never end."))
        elif _is_too_deep(scope, holds):
            yield DrawingProblem(scope, _("Its parts lie more than five deep. Flatten it."))


def _leads_back(scope: str, holds: Mapping[str, set[str]]) -> bool:
    """Whether a part is held, in the end, by itself or by one that is. Each is looked at once."""
    colours: dict[str, bool] = {}  # False while its inside is being looked at
    waiting: list[tuple[str, bool]] = [(scope, False)]
    while waiting:
        one, is_done = waiting.pop()
        if is_done:
            colours[one] = True
        elif one not in colours:
            colours[one] = False
            waiting += [(one, True), *((inner, False) for inner in holds.get(one, ()))]
        elif not colours[one]:
            return True
    return False


def _is_too_deep(scope: str, holds: Mapping[str, set[str]]) -> bool:
    level = {scope}
    for _depth in range(DEEPEST + 1):
        level = {inner for one in level for inner in holds.get(one, ())}
    return bool(level)


class DrawingHasFaults(Refusal):
    code, status = "drawing-has-faults", 422
    text = _("The process cannot run yet: {faults}")

    def __init__(self, found: list[DrawingProblem]) -> None:
        self.problems = found
        super().__init__(faults=" ".join(_said(one) for one in found[:10]))


def _said(problem: DrawingProblem) -> str:
    return f"{problem.node}: {problem.text}" if problem.node else str(problem.text)


def must_be_sound(drawing: Drawing, known: Known) -> None:
    if found := problems(drawing, known):
        raise DrawingHasFaults(found)


def plain(found: list[DrawingProblem]) -> list[dict[str, Any]]:
    return [{"node": one.node, "text": str(one.text), "line": one.line} for one in found]
