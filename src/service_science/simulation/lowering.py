"""From the model in words to the engine's two arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from service_science.accelerate import FAST
from service_science.simulation import layout as at
from service_science.simulation.laws import NEVER, Law
from service_science.simulation.model import Kind, Model, ServerTeam
from service_science.simulation.randomness import streams


class _Laws:
    def __init__(self) -> None:
        self.laws: list[Law] = []
        self.table: list[float] = []
        self.begins: list[int] = []

    def number(self, law: Law) -> int:
        if law.form == NEVER:
            return -1
        if law not in self.laws:
            self.laws.append(law)
            self.begins.append(len(self.table))
            self.table.extend(law.table)
        return self.laws.index(law)


def _flat(rows: list[list[Any]]) -> tuple[list[int], list[int], list[Any]]:
    """Begin of each row, its length, and all rows in one."""
    sizes = [len(row) for row in rows]
    begins = np.cumsum([0, *sizes]).tolist()
    return begins, sizes, [value for row in rows for value in row]


@dataclass(slots=True)
class Tables:
    """The two arrays while they are being laid out."""

    i: list[int] = field(default_factory=lambda: [0] * at.FRONT)
    f: list[float] = field(default_factory=lambda: [0.0] * at.FLOATS_AT_FRONT)

    def ints(self, name: int, values: Sequence[int]) -> None:
        self.i[name] = len(self.i)
        self.i.extend(values)

    def floats(self, name: int, values: Sequence[float]) -> None:
        self.i[name] = len(self.f)
        self.f.extend(values)

    def arrays(self) -> tuple[Any, Any]:
        """Arrays for machine code; the lists themselves, which are faster, for plain Python."""
        return (np.array(self.i, np.int64), np.array(self.f, np.float64)) if FAST else (list(self.i), list(self.f))


def lower(model: Model, *, until: float, overtime: float, warm_up: float, within: float, mirror: bool) -> Tables:
    """The model, without room for customers yet."""
    tables, laws = Tables(), _Laws()
    tables.i[at.KINDS], tables.i[at.STATIONS] = len(model.kinds), len(model.stations)
    tables.i[at.TEAMS], tables.i[at.MIRROR] = len(model.teams), int(mirror)
    tables.i[at.CLOSINGS] = len(model.closing)
    tables.f[at.UNTIL], tables.f[at.OVERTIME] = until, overtime
    tables.f[at.WARM_UP], tables.f[at.WITHIN] = warm_up, within
    _kinds(tables, model, laws)
    _teams(tables, model)
    tables.ints(at.LAW_FORM, [law.form for law in laws.laws])
    tables.ints(at.LAW_FROM, laws.begins)
    tables.floats(at.LAW_A, [law.a for law in laws.laws])
    tables.floats(at.LAW_B, [law.b for law in laws.laws])
    tables.floats(at.TABLE, laws.table)
    tables.floats(at.CLOSING, sorted(model.closing))
    return tables


def _kinds(tables: Tables, model: Model, laws: _Laws) -> None:
    kinds = model.kinds
    tables.ints(at.SERVICE, [laws.number(_service(kind, place)) for kind in kinds for place in model.stations])
    tables.ints(at.PATIENCE, [laws.number(kind.patience) for kind in kinds])
    tables.ints(at.REDIAL_LAW, [laws.number(kind.redial.after) if kind.redial else -1 for kind in kinds])
    tables.floats(at.REDIAL_SHARE, [kind.redial.share if kind.redial else 0.0 for kind in kinds])
    begins, sizes, rates = _flat([list(kind.arrivals.rates) for kind in kinds])
    tables.ints(at.RATE_FROM, begins)
    tables.ints(at.RATE_SIZE, sizes)
    tables.floats(at.RATES, rates)
    tables.floats(at.RATE_STEP, [kind.arrivals.step for kind in kinds])
    tables.ints(at.ENTERS, [model.station(kind.enters) for kind in kinds])
    tables.ints(at.PRIORITY, [kind.priority for kind in kinds])
    tables.floats(at.BONUS, [kind.bonus for kind in kinds])
    tables.floats(at.AGEING, [kind.ageing for kind in kinds])
    tables.ints(at.BALKS_AT, [-1 if kind.balks_at is None else kind.balks_at for kind in kinds])
    tables.ints(at.CALL_BEHIND, [kind.callback.behind if kind.callback else -1 for kind in kinds])
    tables.floats(at.CALL_ACCEPTS, [kind.callback.accepts if kind.callback else 0.0 for kind in kinds])
    begins, _sizes, ways = _flat([_ways(model, kind, place) for kind in kinds for place in model.stations])
    tables.ints(at.ROUTE_FROM, begins)
    tables.ints(at.ROUTE_TO, [to for _part, to in ways])
    tables.floats(at.ROUTE_PART, [part for part, _to in ways])
    tables.ints(at.PIECE, [0] * len(kinds))
    tables.floats(at.NEXT, [0.0] * len(kinds))


def _teams(tables: Tables, model: Model) -> None:
    begins, sizes, counts = _flat([list(team.shifts.counts) for team in model.teams])
    tables.ints(at.COUNT_FROM, begins)
    tables.ints(at.COUNT_SIZE, sizes)
    tables.ints(at.COUNTS, counts)
    tables.floats(at.COUNT_STEP, [team.shifts.step for team in model.teams])
    tables.ints(at.HANDS_OVER, [int(team.at_end == "hand over") for team in model.teams])
    serves = [_served_by(model, team) for team in model.teams]
    queues = len(model.kinds) * len(model.stations)
    tables.ints(at.TEAM_KIND, [queue // len(model.stations) for own in serves for queue in own])
    by_queue = [[number for number, own in enumerate(serves) if queue in own] for queue in range(queues)]
    for begin_at, table_at, rows in ((at.TEAM_FROM, at.TEAM_QUEUE, serves), (at.QUEUE_FROM, at.QUEUE_TEAM, by_queue)):
        begins, _sizes, flat = _flat(rows)
        tables.ints(begin_at, begins)
        tables.ints(table_at, flat)
    for name, value in (
        (at.IDLE, 0), (at.STAFF, 0), (at.LEAVING, 0), (at.BUSY_HEAD, -1), (at.BUSY_TAIL, -1), (at.SHIFTED, 0)
    ):  # fmt: skip
        tables.ints(name, [value] * len(model.teams))


def floor_of(lowered: Tables, *, seed: int, room: int, records: int) -> tuple[Any, Any]:
    """The model with an empty floor for at most `room` customers at once, and for so many records."""
    tables = Tables(list(lowered.i), list(lowered.f))
    kinds, stations = tables.i[at.KINDS], tables.i[at.STATIONS]
    events = 4 * room + 64
    tables.i[at.SPARE], tables.i[at.EVENT_ROOM], tables.i[at.R_ROOM] = room, events, records
    tables.ints(at.SEEDS, streams(seed, at.STREAMS * kinds).tolist())
    for name in (at.HEAD, at.TAIL):
        tables.ints(name, [-1] * (kinds * stations))
    tables.ints(at.WAITING, [0] * stations)
    tables.ints(at.CODE, [0] * (events + 1))
    for name in (at.KIND_OF, at.PLACE_OF, at.VALID, at.AFTER, at.BEFORE, at.TEAM_OF, at.CALLED):
        tables.ints(name, [0] * room)
    tables.ints(at.STACK, range(room))
    for name in (at.R_KIND, at.R_PLACE, at.R_TEAM, at.R_OUTCOME):
        tables.ints(name, [0] * records)
    for name, size in (
        (at.TIME, events + 1), (at.JOINED, room), (at.BEGAN, room), (at.NEED, room), (at.ENDS, room),
        (at.TALLY, kinds * stations * at.MEASURES), (at.R_JOINED, records), (at.R_BEGAN, records),
        (at.R_ENDED, records),
    ):  # fmt: skip
        tables.floats(name, [0.0] * size)
    return tables.arrays()


def _served_by(model: Model, team: ServerTeam) -> list[int]:
    stations = len(model.stations)
    return [
        k * stations + model.station(place)
        for place in team.stations
        for k, kind in enumerate(model.kinds)
        if team.kinds is None or kind.name in team.kinds
    ]


def _service(kind: Kind, place: str) -> Law:
    """The law at a station; a station the kind never reaches has none."""
    return kind.service if isinstance(kind.service, Law) else kind.service.get(place, Law(NEVER))


def _ways(model: Model, kind: Kind, place: str) -> list[tuple[float, int]]:
    total, ways = 0.0, []
    for part, to in kind.route.get(place, ()):
        total += part
        ways.append((total, model.station(to)))
    return ways
