"""How far a drawing reaches before anybody has done anything: what the engine would walk through, counted beforehand.

The engine looks ahead along every way that is certain, once for each token that may come by it, and reads a drawing
as deep as its longest way. Both are bounded here, so that no drawing can hold a process for long.
"""

from collections.abc import Iterator

from ruoshui.processes.engine.drawing import Drawing, Node

MOST_TOKENS, DEEPEST = 3000, 150
# Behind these nothing is certain, so the engine stops looking.
UNCERTAIN = ("choice", "choices", "first_event")


def _starts(drawing: Drawing, scope: str) -> list[str]:
    return [node.id for node in drawing.of_kind("start") if node.scope == scope]


def looks_ahead_too_far(drawing: Drawing, scope: str) -> bool:
    """Whether more than 3,000 tokens would be foreseen: branches that multiply, or a ring that nothing leaves."""
    waiting, count = _starts(drawing, scope), 0
    while waiting:
        count += 1
        if count > MOST_TOKENS:
            return True
        node = drawing.nodes.get(waiting.pop())
        if node is not None and node.kind not in UNCERTAIN:
            waiting += [flow.target for flow in drawing.out_of(node.id)]
    return False


def is_too_long(drawing: Drawing, scope: str) -> bool:
    """Whether a way has more than 150 steps, in the order in which the engine reads them."""
    attached: dict[str, list[str]] = {}
    for node in drawing.nodes.values():
        if node.attached_to:
            attached.setdefault(node.attached_to, []).append(node.id)

    def after(node: Node | None) -> Iterator[str]:
        if node is not None:
            yield from attached.get(node.id, ())
            yield from (flow.target for flow in drawing.out_of(node.id))

    seen: set[str] = set()
    for start in _starts(drawing, scope):
        way = [after(drawing.nodes.get(start))]
        while way:
            if len(way) > DEEPEST:
                return True
            step = next((one for one in way[-1] if one not in seen), None)
            if step is None:
                way.pop()
            else:
                seen.add(step)
                way.append(after(drawing.nodes.get(step)))
    return False
