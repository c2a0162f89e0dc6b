"""Runs the documented examples and three small jobs in a process that cannot import the named packages.

python -m tests.service_science.without [package …]: prints a digest of all results.
"""

import doctest
import hashlib
import importlib
import pkgutil
import sys


def block(names: list[str]) -> None:
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


def run_examples() -> int:
    import service_science

    tried = 0
    for module in pkgutil.walk_packages(service_science.__path__, "service_science."):
        found = doctest.testmod(importlib.import_module(module.name))
        if found.failed:
            sys.exit(f"examples of {module.name} fail")
        tried += found.attempted
    return tried


def digest() -> str:
    import numpy as np

    from service_science.assignment import Customers, Managers, assign
    from service_science.simulation import simulate
    from service_science.text import near_duplicates
    from tests.service_science.everything import everything

    done = simulate(everything(), until=60, seed=3, warm_up=4, within=0.2, records=9000)
    columns = [
        getattr(done.records, name).tobytes() for name in ("kind", "team", "outcome", "joined", "began", "ended")
    ]
    rng = np.random.default_rng(2)
    texts = ["".join(chr(0x4E00 + c) for c in rng.integers(0, 900, 60)) for _text in range(80)]
    copies = near_duplicates([*texts, *[text[:50] + "以上" for text in texts[:30]]])
    cost = assign(Customers(*(rng.integers(0, 3, 50) for _column in range(3))), Managers([0, 1, 2], [15, 15, 30])).cost
    whole = repr(sorted(done.measures().items())).encode() + b"".join(columns)
    whole += copies.pairs.tobytes() + copies.similarity.tobytes() + repr(cost).encode()
    return hashlib.sha256(whole).hexdigest()


if __name__ == "__main__":
    block(sys.argv[1:])
    print(run_examples(), digest())
