"""A model that uses every feature of the simulation."""

from service_science.simulation import (
    Arrivals,
    Callback,
    Kind,
    Model,
    Redial,
    ServerTeam,
    Shifts,
    empirical,
    exponential,
    fixed,
    gamma,
    lognormal,
    never,
    uniform,
    weibull,
)


def everything() -> Model:
    one = Kind(
        "one", Arrivals((5.0, 20.0, 9.0, 0.0)), "desk", {"desk": lognormal(0.3, 1.2), "back": gamma(0.2, 0.6)},
        weibull(1.0, 0.7), route={"desk": [(0.4, "back"), (0.1, "desk")]}, redial=Redial(0.3, fixed(0.7)), balks_at=12,
    )  # fmt: skip
    two = Kind(
        "two", Arrivals((3.0, 30.0, 14.0, 0.0)), "desk",
        {"desk": empirical([0.1, 0.2, 0.5, 0.9]), "back": uniform(0.1, 0.3)}, exponential(2.0), bonus=0.4, ageing=1.5,
        callback=Callback(4, 0.6), route={"desk": [(0.3, "back")]},
    )  # fmt: skip
    three = Kind("three", Arrivals((4.0,)), "desk", gamma(0.4, 2.0), never(), priority=1)
    teams = (
        ServerTeam("a", ("desk",), Shifts((6, 12, 3, 0)), at_end="hand over"),
        ServerTeam("b", ("back", "desk"), Shifts((3, 5, 2, 1)), kinds=("one", "two", "three")),
        ServerTeam("c", ("desk",), Shifts((2,)), kinds=("three",)),
    )
    return Model(("desk", "back"), (one, two, three), teams, closing=(3.9, 7.9))
