"""What an event log says about a process: who follows whom and after how long, variants, rework, bottlenecks.

The directly-follows graph of process mining (van der Aalst, Process Mining, 2nd ed. 2016, ch. 6): an edge joins two
activities that follow each other in a trace. Times are medians in seconds, since a few forgotten cases would carry a
mean away.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

Trace = Sequence[tuple[str, float]]
START, END = "", "\N{BULLET}"


@dataclass(frozen=True, slots=True)
class MapNode:
    """`cases` in which it happened, `times` in all, `rank` its mean place in the traces (0 first, 1 last)."""

    name: str
    times: int
    cases: int
    rank: float

    @property
    def rework(self) -> float:
        """Share of its doings that were a repetition within the same case."""
        return 1 - self.cases / self.times if self.times else 0.0


@dataclass(frozen=True, slots=True)
class Edge:
    """`seconds` is the median time between the two, `total` the whole time spent between them."""

    source: str
    target: str
    count: int
    seconds: float
    total: float


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of going through, with how many cases went it and their median duration in seconds."""

    steps: tuple[str, ...]
    count: int
    share: float
    seconds: float


@dataclass(frozen=True, slots=True)
class ProcessMap:
    cases: int
    nodes: tuple[MapNode, ...]
    edges: tuple[Edge, ...]
    variants: tuple[Variant, ...]

    def bottlenecks(self, most: int = 10) -> list[Edge]:
        """Where the most time goes in all."""
        return sorted(self.edges, key=lambda edge: -edge.total)[:most]

    def reworked(self) -> list[MapNode]:
        """What is done again, most often first."""
        again = [node for node in self.nodes if node.times > node.cases]
        return sorted(again, key=lambda node: -(node.times - node.cases))


def process_map(traces: Iterable[Trace], *, most_variants: int = 20) -> ProcessMap:
    """Traces are lists of (activity, seconds since any epoch) in order of time; empty ones are left out.

    >>> found = process_map([[("a", 0), ("b", 10)], [("a", 0), ("a", 5), ("b", 9)]])
    >>> [(edge.source, edge.target, edge.count, edge.seconds) for edge in found.edges]
    [('a', 'b', 2, 7.0), ('a', 'a', 1, 5)]
    """
    kept = [list(trace) for trace in traces if trace]
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    times: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    places: dict[str, list[float]] = defaultdict(list)
    ways: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for trace in kept:
        names = [name for name, _at in trace]
        times.update(names)
        cases.update(set(names))
        ways[tuple(names)].append(trace[-1][1] - trace[0][1])
        for place, name in enumerate(names):
            places[name].append(place / max(1, len(names) - 1))
        for (source, begin), (target, end) in zip(trace, trace[1:], strict=False):
            gaps[source, target].append(end - begin)
    edges = [Edge(a, b, len(all_), median(all_), sum(all_)) for (a, b), all_ in gaps.items()]
    nodes = [MapNode(name, times[name], cases[name], sum(places[name]) / len(places[name])) for name in times]
    variants = [Variant(steps, len(all_), len(all_) / len(kept), median(all_)) for steps, all_ in ways.items()]
    return ProcessMap(
        cases=len(kept),
        nodes=tuple(sorted(nodes, key=lambda node: (node.rank, node.name))),
        edges=tuple(sorted(edges, key=lambda edge: -edge.count)),
        variants=tuple(sorted(variants, key=lambda one: -one.count)[:most_variants]),
    )
