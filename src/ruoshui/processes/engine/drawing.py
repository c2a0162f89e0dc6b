"""A BPMN drawing as this product understands it: its nodes with their settings, and what is wrong with it in plain
words.

Settings of a node are attributes in our namespace (`ruoshui:role="clerk"`), which bpmn-js keeps. Only the elements in
`KINDS` run; scripts, foreign service calls and wall-clock timers do not exist here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _
from lxml import etree

from ruoshui.core.naming import in_language
from ruoshui.processes.engine.xml import BadFile, read_xml
from service_science.worktime import WorkingSpan

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "https://ruoshui.example/schema/bpmn/1"

# What an element of a drawing is to us.
KINDS = {
    "startEvent": "start",
    "endEvent": "end",
    "userTask": "task",
    "manualTask": "task",
    "serviceTask": "service",
    "businessRuleTask": "decision",
    "exclusiveGateway": "choice",
    "inclusiveGateway": "choices",
    "parallelGateway": "fork",
    "eventBasedGateway": "first_event",
    "subProcess": "part",
    "callActivity": "call",
    "intermediateCatchEvent": "event",
    "boundaryEvent": "event",
    "intermediateThrowEvent": "pass",
}
# Messages a case sends to its process by itself.
MESSAGES = ("customer_replied", "document_arrived", "documents_complete", "request_done", "case_resumed", "urged")
DURATION = re.compile(
    r"P(?:(?P<days>[0-9]{1,4})D)?"
    r"(?:T(?:(?P<hours>[0-9]{1,5})H)?(?:(?P<minutes>[0-9]{1,6})M)?(?:(?P<seconds>[0-9]{1,7})S)?)?"
)
MOST_UNKNOWN = 20  # more than that nobody reads
LONGEST_DAYS, LONGEST_SECONDS = 1000, 366 * 24 * 3600
MOST_NODES, MOST_FLOWS = 500, 2_000


def tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """`settings` are our attributes; `event` is what an event waits for: timer, message, error or nothing."""

    id: str
    kind: str
    element: str
    name_zh: str
    scope: str
    settings: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    waits_for: str = ""
    attached_to: str = ""
    interrupts: bool = True
    default: str = ""
    calls: str = ""
    line: int = 0

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.settings.get("name-en", "")) or self.id

    def get(self, setting: str, default: str = "") -> str:
        return self.settings.get(setting, default)


@dataclass(frozen=True)
class Drawing:
    """`main` is the process that runs; `processes` are its parts and what it calls, by id."""

    source: str
    main: str
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    processes: tuple[str, ...]
    unknown: tuple[tuple[str, str, int], ...]
    has_picture: bool

    def of_kind(self, *kinds: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind in kinds]

    def out_of(self, node: str) -> list[Flow]:
        return self.leaving.get(node, [])

    @cached_property
    def leaving(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(flow.source, []).append(flow)
        return found

    @cached_property
    def entered(self) -> set[str]:
        """The nodes that an arrow leads to."""
        return {flow.target for flow in self.flows}

    @cached_property
    def stages(self) -> list[Node]:
        """The nodes that open a stage of the bar, in the order of the drawing's flow from the start."""
        seen: list[str] = []
        queue = [node.id for node in self.of_kind("start") if node.scope == self.main]
        while queue:
            current = queue.pop(0)
            if current in seen:
                continue
            seen.append(current)
            queue += [flow.target for flow in self.out_of(current)]
            queue += [node.id for node in self.nodes.values() if node.scope == current and node.kind == "start"]
            queue += [node.id for node in self.nodes.values() if node.attached_to == current]
        stages: dict[str, Node] = {}
        for pk in seen:
            if stage := self.nodes[pk].get("stage") if pk in self.nodes else "":
                stages.setdefault(stage, self.nodes[pk])
        return list(stages.values())


def read_drawing(content: bytes | str) -> Drawing:
    """Refuses what is no safe XML; anything else wrong with the drawing is told by `problems`."""
    root = read_xml(content)
    source = etree.tostring(root, encoding="unicode")
    processes = root.findall(tag("process"))
    runs = next((one for one in processes if one.get("isExecutable") == "true"), processes[0] if processes else None)
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    unknown: list[tuple[str, str, int]] = []
    messages = {one.get("id", ""): one.get("name", "") for one in root.iter(tag("message"))}
    for process in processes:
        for element, scope in _inside(process, process.get("id", "")):
            name = etree.QName(element).localname
            if name == "sequenceFlow":
                flows.append(_flow(element))
            elif name in KINDS:
                nodes[element.get("id", "")] = _node(element, name, scope, messages)
                unknown += _repeated(element)
            elif name not in _HARMLESS and len(unknown) < MOST_UNKNOWN:
                unknown.append((name, element.get("id") or element.get("name") or "", element.sourceline or 0))
            if len(nodes) > MOST_NODES or len(flows) > MOST_FLOWS:
                raise BadFile(why=_("it has more than 500 elements or 2,000 arrows. Split the process."))
    return Drawing(
        source=source,
        main=runs.get("id", "") if runs is not None else "",
        nodes=nodes,
        flows=tuple(flows),
        processes=tuple(one.get("id", "") for one in processes),
        unknown=tuple(unknown),
        has_picture=any(etree.QName(one).localname == "BPMNShape" for one in root.iter() if isinstance(one.tag, str)),
    )


def _repeated(element: etree._Element) -> list[tuple[str, str, int]]:
    """Loops of one element, and data it would read and write: the engine knows them, we do not."""
    names = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "ioSpecification")
    found = [name for name in names if element.find(tag(name)) is not None]
    return [(name, element.get("id", ""), element.sourceline or 0) for name in found]


_HARMLESS = {
    "documentation", "extensionElements", "incoming", "outgoing", "laneSet", "textAnnotation", "association", "group",
    "dataObject", "dataObjectReference", "category",
}  # fmt: skip


def _inside(parent: etree._Element, scope: str) -> Iterator[tuple[etree._Element, str]]:
    """The elements of a process and of the sub-processes drawn inside it, each with the id of what holds it."""
    for element in parent:
        if not isinstance(element.tag, str) or etree.QName(element).namespace != BPMN:
            continue
        yield element, scope
        if etree.QName(element).localname in ("subProcess", "transaction", "adHocSubProcess"):
            yield from _inside(element, element.get("id", ""))


def _flow(element: etree._Element) -> Flow:
    condition = element.find(tag("conditionExpression"))
    text = (condition.text or "").strip() if condition is not None else ""
    source, target = element.get("sourceRef", ""), element.get("targetRef", "")
    return Flow(
        element.get("id", ""), source, target, text.removeprefix("${").removesuffix("}"), element.get("name", "")
    )


def _node(element: etree._Element, name: str, scope: str, messages: Mapping[str, str]) -> Node:
    event, waits_for = _event(element, messages)
    return Node(
        id=element.get("id", ""),
        kind=KINDS[name],
        element=name,
        name_zh=(element.get("name") or "").strip(),
        scope=scope,
        settings={etree.QName(k).localname: str(v) for k, v in element.attrib.items() if k.startswith(f"{{{OURS}}}")},
        event=event,
        waits_for=waits_for,
        attached_to=element.get("attachedToRef", ""),
        interrupts=element.get("cancelActivity", "true") == "true",
        default=element.get("default", ""),
        calls=element.get("calledElement", ""),
        line=element.sourceline or 0,
    )


def _event(element: etree._Element, messages: Mapping[str, str]) -> tuple[str, str]:
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "timerEventDefinition":
            inside = next((one for one in child if isinstance(one.tag, str)), None)
            kind = (
                "timer" if inside is not None and etree.QName(inside).localname == "timeDuration" else "calendar_timer"
            )
            return kind, (inside.text or "").strip() if inside is not None else ""
        if name == "messageEventDefinition":
            return "message", messages.get(child.get("messageRef", ""), "")
        if name in ("errorEventDefinition", "terminateEventDefinition"):
            return name.removesuffix("EventDefinition"), child.get("errorRef", "")
        if name.endswith("EventDefinition"):
            return name, ""
    return "", ""


def working_span(duration: str) -> WorkingSpan | None:
    """The working time in PT4H, or P3D for the end of the third working day; None if it is no duration, nothing, or
    more than 1,000 days or a year of hours.
    """
    found = DURATION.fullmatch(duration.strip().upper()) if len(duration) <= 40 else None
    if not found or not any(found.groups()):
        return None
    part: dict[str, Any] = {name: int(value or 0) for name, value in found.groupdict().items()}
    span = WorkingSpan(part["days"], (part["hours"] * 60 + part["minutes"]) * 60 + part["seconds"])
    return span if any(span) and part["days"] <= LONGEST_DAYS and span.seconds <= LONGEST_SECONDS else None
