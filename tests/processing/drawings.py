"""Drawings for tests, written short: one line for each node and for each arrow."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
    ' xmlns:ruoshui="https://ruoshui.example/schema/bpmn/1" targetNamespace="http://ruoshui.example/test">'
    '<bpmn:message id="m_customer_replied" name="customer_replied"/>'
    '<bpmn:message id="m_documents_complete" name="documents_complete"/>'
    '<bpmn:message id="m_request_done" name="request_done"/>'
)


def drawing(*lines: str, more: str = "") -> str:
    """`drawing("start s", "task a 核对 role=clerk", "s > a", "a > e", "end e")`; `a > b if amount > 5`, `a > b otherwise`."""
    inside = _inside(lines)
    return f'{HEAD}<bpmn:process id="p" isExecutable="true">{inside}</bpmn:process>{more}</bpmn:definitions>'


def _inside(lines: tuple[str, ...]) -> str:
    defaults = {line.split(" > ")[0]: f"f{i}" for i, line in enumerate(lines) if line.endswith(" otherwise")}
    return "".join(
        _arrow(i, line) if " > " in line.split(" if ")[0] else _node(line, defaults) for i, line in enumerate(lines)
    )


def _arrow(index: int, line: str) -> str:
    line, _sep, condition = line.removesuffix(" otherwise").partition(" if ")
    source, target = line.split(" > ")
    inside = condition.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    inside = f"<bpmn:conditionExpression>{inside}</bpmn:conditionExpression>" if condition else ""
    return f'<bpmn:sequenceFlow id="f{index}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'


ELEMENTS = {
    "start": "startEvent",
    "end": "endEvent",
    "task": "userTask",
    "service": "serviceTask",
    "decision": "businessRuleTask",
    "choice": "exclusiveGateway",
    "fork": "parallelGateway",
    "first": "eventBasedGateway",
    "catch": "intermediateCatchEvent",
    "edge": "boundaryEvent",
    "script": "scriptTask",
    "call": "callActivity",
}


def _node(line: str, defaults: dict[str, str]) -> str:
    kind, pk, *words = line.split()
    element = ELEMENTS[kind]
    name = next((word for word in words if "=" not in word), "")
    given = dict(word.split("=", 1) for word in words if "=" in word)
    inside, attributes = "", f' id="{pk}" name="{name}"'
    for plain, attribute in (("on", "attachedToRef"), ("calls", "calledElement")):
        if plain in given:
            attributes += f' {attribute}="{given.pop(plain)}"'
    if given.pop("interrupts", "yes") == "no":
        attributes += ' cancelActivity="false"'
    if "timer" in given:
        text = given.pop("timer")
        inside = f"<bpmn:timerEventDefinition><bpmn:timeDuration>{text}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    if "message" in given:
        inside = f'<bpmn:messageEventDefinition messageRef="m_{given.pop("message")}"/>'
    if pk in defaults:
        attributes += f' default="{defaults[pk]}"'
    settings = "".join(
        f' ruoshui:{name}="{value.replace("_", " ") if name == "text" else value}"' for name, value in given.items()
    )
    return f"<bpmn:{element}{attributes}{settings}>{inside}</bpmn:{element}>"


def part(pk: str, *lines: str) -> str:
    """A sub-process, to be put among the lines of another by `with_part`."""
    return f'<bpmn:subProcess id="{pk}" name="{pk}">{_inside(lines)}</bpmn:subProcess>'


def with_part(source: str, *parts: str) -> str:
    return source.replace("</bpmn:process>", "".join(parts) + "</bpmn:process>", 1)


CARD = drawing(
    "start s",
    "task check 核对资料 role=clerk name-en=Check form=check stage=check",
    "decision limit 定额度 decision=limit",
    "choice big",
    "task approve 审批 role=supervisor name-en=Approve approval=one stage=approve unit=case",
    "service notify 通知 verb=tell_customer text=额度_{limit} text-en=Limit_{limit} stage=notify",
    "end e",
    "s > check",
    "check > limit",
    "limit > big",
    "big > approve if limit > 50000",
    "big > notify otherwise",
    "approve > notify",
    "notify > e",
)
LIMIT = {
    "code": "limit",
    "name": "额度",
    "inputs": [{"name": "income", "type": "number"}],
    "outputs": [{"name": "limit", "type": "number"}],
    "rules": [
        {"when": ["< 5000"], "then": ["5000"]},
        {"when": ["[5000..20000)"], "then": ["30000"]},
        {"when": ["-"], "then": ["80000"]},
    ],
    "policy": "FIRST",
}
CHECK_FORM = {
    "type": "object",
    "properties": {"income": {"type": "number", "title": "核实收入", "minimum": 0}},
    "required": ["income"],
}
APPLICATION = {"type": "object", "properties": {"name": {"type": "string", "title": "姓名"}}, "required": ["name"]}
