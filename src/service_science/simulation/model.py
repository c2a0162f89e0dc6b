"""A network of queues in words: stations, kinds of customers, teams and their shifts. Times in any one unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service_science.arrays import ArrayLike
from service_science.checks import WrongInput, count, number, numbers, one_of, positive
from service_science.simulation.laws import Law, never

HAND_OVER = ("finish", "hand over")


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Poisson arrivals: a rate for each `step` of time, one after another, then from the beginning (a day, a week)."""

    rates: tuple[float, ...]
    step: float = 1.0

    def __post_init__(self) -> None:
        numbers("rates", self.rates, least=0)
        positive("step", self.step)


@dataclass(frozen=True, slots=True)
class Shifts:
    """How many are on duty in each `step` of time, one after another, then from the beginning."""

    counts: tuple[int, ...]
    step: float = 1.0

    def __post_init__(self) -> None:
        if not self.counts:
            raise WrongInput("counts", "must not be empty")
        for people in self.counts:
            count("counts", people)
        positive("step", self.step)


@dataclass(frozen=True, slots=True)
class Callback:
    """Offered on joining behind `behind` others or more; the share `accepts` keeps its place without waiting on the
    line.
    """

    behind: int
    accepts: float = 0.5

    def __post_init__(self) -> None:
        count("behind", self.behind)
        number("accepts", self.accepts, least=0, most=1)


@dataclass(frozen=True, slots=True)
class Redial:
    """The share of those who left that comes back after a time."""

    share: float
    after: Law

    def __post_init__(self) -> None:
        number("share", self.share, least=0, most=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of customers.

    `service`: one law, or a law for each station. Lower `priority` goes first, whatever the waits. Among equals the
    largest `bonus` + `ageing` × time waited goes first. `balks_at`: turns away at a station where that many wait.
    `route`: for a station the shares that go on and where; the rest leaves.
    """

    name: str
    arrivals: Arrivals
    enters: str
    service: Law | Mapping[str, Law]
    patience: Law = field(default_factory=never)
    priority: int = 0
    bonus: float = 0.0
    ageing: float = 1.0
    balks_at: int | None = None
    callback: Callback | None = None
    redial: Redial | None = None
    route: Mapping[str, Sequence[tuple[float, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        number("bonus", self.bonus)
        number("ageing", self.ageing, least=0)
        if self.balks_at is not None:
            count("balks_at", self.balks_at)


@dataclass(frozen=True, slots=True)
class ServerTeam:
    """Servers who can do the same. `kinds`: whom they serve, all by default. `at_end`: what becomes of a customer
    whose server's shift ends: the server finishes, or hands the customer over to the front of the queue with the work
    that is left; who has been handed over does not leave any more.
    """

    name: str
    stations: tuple[str, ...]
    shifts: Shifts
    kinds: tuple[str, ...] | None = None
    at_end: str = "finish"

    def __post_init__(self) -> None:
        one_of("at_end", self.at_end, HAND_OVER)
        if not self.stations:
            raise WrongInput("stations", f"of team {self.name} must not be empty")


@dataclass(frozen=True, slots=True)
class Model:
    """The whole. Idle teams are asked in their order here. `closing`: times at which all who still wait are sent
    away.
    """

    stations: tuple[str, ...]
    kinds: tuple[Kind, ...]
    teams: tuple[ServerTeam, ...]
    closing: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _distinct("stations", self.stations)
        _distinct("kinds", [kind.name for kind in self.kinds])
        _distinct("teams", [team.name for team in self.teams])
        for kind in self.kinds:
            self._check(kind)
        for team in self.teams:
            for station in team.stations:
                self.station(station)
            for name in team.kinds or ():
                one_of("kinds", name, [kind.name for kind in self.kinds])
        numbers("closing", self.closing, least=0, empty=True)

    def station(self, name: str) -> int:
        one_of("station", name, self.stations)
        return self.stations.index(name)

    def _check(self, kind: Kind) -> None:
        self.station(kind.enters)
        reached, new = {kind.enters}, [kind.enters]
        while new:
            ways = kind.route.get(new.pop(), ())
            if sum(number("route", part, least=0, most=1) for part, _to in ways) > 1 + 1e-9:
                raise WrongInput("route", f"of {kind.name} sends on more than arrives")
            for _part, to in ways:
                self.station(to)
                if to not in reached:
                    reached.add(to)
                    new.append(to)
        if not isinstance(kind.service, Law) and (missing := reached - kind.service.keys()):
            raise WrongInput("service", f"of {kind.name} has no law for {', '.join(sorted(missing))}")


def opening_hours(rates: ArrayLike, *, opens: float, closes: float, day: float = 24.0) -> Arrivals:
    """Arrivals of equal steps between opening and closing, none for the rest of the day."""
    values = numbers("rates", rates, least=0)
    begin, end = number("opens", opens, least=0), number("closes", closes, most=day)
    step = (end - begin) / values.size
    if step <= 0:
        raise WrongInput("closes", "must be after opens")
    before, after = begin / step, (day - end) / step
    if abs(before - round(before)) > 1e-9 or abs(after - round(after)) > 1e-9:
        raise WrongInput("opens", f"and closes must lie on steps of {step:g}")
    return Arrivals((0.0,) * round(before) + tuple(values.tolist()) + (0.0,) * round(after), step)


def _distinct(argument: str, names: Sequence[str]) -> None:
    if not names:
        raise WrongInput(argument, "must not be empty")
    if len(set(names)) < len(names):
        raise WrongInput(argument, "must have distinct names")
