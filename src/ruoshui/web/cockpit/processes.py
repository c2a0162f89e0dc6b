"""The process map: how cases really went, from their events; variants, rework and bottlenecks; XES for other tools."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from ruoshui.organization.models import Permission
from ruoshui.reports.process_log import map_of, xes_of
from ruoshui.web.access import needs
from ruoshui.web.cockpit.choosing import chosen_cases
from service_science.processmap import Edge, MapNode, ProcessMap

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 150, 44, 100, 36
MOST_NODES, MOST_EDGES = 24, 60


@dataclass(frozen=True, slots=True)
class Box:
    node: MapNode
    x: float
    y: float
    strength: float


@dataclass(frozen=True, slots=True)
class Curve:
    edge: Edge
    path: str
    width: float
    x: float
    y: float
    is_back: bool


@needs(Permission.SUPERVISE)
def page(request: HttpRequest) -> HttpResponseBase:
    cases, chosen = chosen_cases(request, days=90)
    if request.GET.get("export") == "xes":
        answer = StreamingHttpResponse(xes_of(cases), content_type="application/xml")
        answer.headers["Content-Disposition"] = 'attachment; filename="cases.xes"'
        return answer
    found = map_of(cases)
    return render(request, "cockpit/processes.html", {**_drawn(found), **_shown(found), **chosen, "place": "processes"})


def _shown(found: ProcessMap) -> dict[str, Any]:
    longest = max((edge.total for edge in found.edges), default=1) or 1
    return {
        "found": found,
        "bottlenecks": [(edge, 100 * edge.total / longest) for edge in found.bottlenecks()],
        "rework": found.reworked()[:10],
    }


def _drawn(found: ProcessMap) -> dict[str, Any]:
    """Boxes in columns by their mean place in the cases; arrows as thick as they are frequent."""
    nodes = sorted(sorted(found.nodes, key=lambda node: -node.times)[:MOST_NODES], key=lambda node: node.rank)
    columns: dict[int, list[MapNode]] = {}
    many = max(1, min(8, len(nodes)))
    for node in nodes:
        columns.setdefault(min(many - 1, int(node.rank * many)), []).append(node)
    busiest = max((node.times for node in nodes), default=1)
    boxes: dict[str, Box] = {}
    tallest = max((len(column) for column in columns.values()), default=1)
    for index, key in enumerate(sorted(columns)):
        column = columns[key]
        top = (tallest - len(column)) * (BOX_HEIGHT + GAP_Y) / 2
        for row, node in enumerate(column):
            x, y = 20 + index * (BOX_WIDTH + GAP_X), 40 + top + row * (BOX_HEIGHT + GAP_Y)
            boxes[node.name] = Box(node, x, y, round(100 * node.times / busiest))
    drawn = [edge for edge in found.edges if edge.source in boxes and edge.target in boxes][:MOST_EDGES]
    most = max((edge.count for edge in drawn), default=1)
    return {
        "boxes": list(boxes.values()),
        "curves": [_curve(edge, boxes[edge.source], boxes[edge.target], most) for edge in drawn],
        "width": 40 + len(columns) * (BOX_WIDTH + GAP_X),
        "height": 80 + tallest * (BOX_HEIGHT + GAP_Y),
    }


def _curve(edge: Edge, source: Box, target: Box, most: int) -> Curve:
    is_back = target.x < source.x or (target.x == source.x and target.y <= source.y)
    if target.x == source.x and target.y > source.y:
        x = source.x + BOX_WIDTH / 2
        path, y = f"M{x},{source.y + BOX_HEIGHT} L{x},{target.y}", source.y + BOX_HEIGHT + 20
        return Curve(edge, path, 1 + 5 * edge.count / most, x, y, is_back)
    if is_back:
        x1, y1 = source.x + BOX_WIDTH / 2, source.y
        x2, y2 = target.x + BOX_WIDTH / 2, target.y
        lift = min(y1, y2) - 34
        path, x, y = (
            f"M{x1},{y1} C{x1},{lift} {x2},{lift} {x2 + (14 if edge.source == edge.target else 0)},{y2}",
            (x1 + x2) / 2,
            lift + 8,
        )
    else:
        x1, y1 = source.x + BOX_WIDTH, source.y + BOX_HEIGHT / 2
        x2, y2 = target.x, target.y + BOX_HEIGHT / 2
        middle = (x1 + x2) / 2
        path, x, y = f"M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}", middle, (y1 + y2) / 2 - 4
    return Curve(edge, path, 1 + 5 * edge.count / most, x, y, is_back)
