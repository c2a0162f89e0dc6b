"""The plots of src/service_science/README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bench.science import delay, queueing, simulation
from bench.telling import ROOT, line, part, shared
from ruoshui.replay.bank import read_calls

BLUE, RED, GREY = "#1f5fa8", "#c0392b", "#8a94a0"


def draw() -> None:
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {
            "font.size": 9,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "svg.hashsalt": "ruoshui",
            "svg.fonttype": "none",
        }
    )
    part("plots")
    folder = ROOT / "docs" / "pictures" / "science"
    folder.mkdir(parents=True, exist_ok=True)
    calls = shared("anonbank")
    if calls is not None:
        _calibration(folder / "waits.svg", delay.measure_bank(delay.watch_calls(read_calls(calls))))
    _staffing(folder / "staffing.svg", queueing.measure(1.0))
    _simulation(folder / "simulation.svg", simulation.distances())


def _calibration(path: Path, figures: delay.BankFigures) -> None:
    plot, (left, right) = _axes(2)
    edges = np.quantile(figures.expected, np.linspace(0, 1, 21))
    bins = np.clip(np.searchsorted(edges, figures.expected, side="right") - 1, 0, 19)
    said = [figures.expected[bins == b].mean() for b in range(20)]
    came = [figures.waits[bins == b].mean() for b in range(20)]
    left.plot([0, 300], [0, 300], color=GREY, lw=1)
    left.plot(said, came, "o", color=BLUE, ms=4)
    left.set(xlabel="expected wait said, s", ylabel="mean wait that came, s", title="A bank's calls, 11–28 February")
    kept = [(figures.waits <= figures.promised)[bins == b].mean() for b in range(20)]
    right.axhline(0.9, color=GREY, lw=1)
    right.plot(said, kept, "o", color=BLUE, ms=4)
    right.set(
        xlabel="expected wait said, s",
        ylabel="share of promises kept",
        title="The promise of nine in ten",
        ylim=(0.7, 1),
    )
    _save(plot, path)


def _staffing(path: Path, found: dict[str, tuple[float, Any]]) -> None:
    plot, (left, right) = _axes(2)
    hours = np.arange(48) / 2
    for (name, (_hours, day)), colour in zip(found.items(), (RED, GREY, BLUE), strict=True):
        left.step(hours, day.servers, where="post", color=colour, label=name, lw=1.2)
        right.step(hours, day.waits, where="post", color=colour, label=name, lw=1.2)
    right.axhline(queueing.TARGET, color="black", lw=0.8)
    left.set(xlabel="hour", ylabel="servers", title="Staff for 100 ± 60 erlang, services of an hour")
    right.set(xlabel="hour", ylabel="share that waits", title="What it gives (aim: the line)")
    left.legend(frameon=False)
    _save(plot, path)


def _simulation(path: Path, found: dict[str, tuple[float, float, float]]) -> None:
    plot, (one,) = _axes(1)
    scores = [(mean - exact) / error for mean, error, exact in found.values()]
    one.axvspan(-3, 3, color="#eef2f6")
    one.axvline(0, color=GREY, lw=1)
    one.plot(scores, range(len(scores)), "o", color=BLUE)
    one.set_yticks(range(len(scores)), list(found))
    one.set(
        xlabel="simulated mean less exact value, in standard errors",
        xlim=(-4, 4),
        title="Simulation against exact formulas",
    )
    _save(plot, path)


def _axes(number: int) -> tuple[Any, Any]:
    from matplotlib import pyplot

    plot, axes = pyplot.subplots(1, number, figsize=(4.6 * number if number > 1 else 7.5, 3.1), squeeze=False)
    return plot, axes[0]


def _save(plot: Any, path: Path) -> None:
    plot.tight_layout()
    plot.savefig(path, metadata={"Date": None})
    line(str(path.relative_to(ROOT)), "drawn")
