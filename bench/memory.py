"""bin/bench memory: what web, live updates, worker and database take after cases were opened through the API."""

from bench import cases


def measure(*, seconds: float) -> int:
    return cases.measure(sizes="", seconds=seconds)
