"""bin/bench science: every goal of the numerical heart, its peers measured in the same run."""

from importlib import import_module

PARTS = (
    "erlang",
    "queueing",
    "delay",
    "simulation",
    "staffing",
    "assignment",
    "satisfaction",
    "value",
    "text",
    "lateness",
)


def measure(*, only: str, plots: bool) -> int:
    wanted = [name.strip() for name in only.split(",") if name.strip()] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"  {', '.join(unknown)}: unknown; there are {', '.join(PARTS)}")
        return 2
    for name in wanted:
        import_module(f"bench.science.{name}").tell()
    if plots:
        import_module("bench.science.plots").draw()
    return 0
