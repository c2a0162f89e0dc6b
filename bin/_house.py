"""The house in figures: how long, how wide, how often tested. Standard library only.

bin/house            prints the table
"""

import ast
import statistics
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, TESTS, BENCH = ROOT / "src", ROOT / "tests", ROOT / "bench"
# Tests of a domain that stand under another name.
ALSO = {"processes": ("processing",), "web": ("reach", "secrecy", "edge", "journeys", "api"), "operations": ("stack",)}
NOT_TESTED_ALONE = ("demo", "settings", "locale")


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    goal: float
    more_is_better: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal if self.more_is_better else self.value <= self.goal


def _lines(paths: Iterable[Path]) -> int:
    return sum(len(path.read_text().splitlines()) for path in paths)


def _python(folder: Path) -> list[Path]:
    """What people write: without migrations."""
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def _run() -> list[Path]:
    """What runs by itself: the product, and what measures it."""
    return [*_python(SOURCE), *_python(BENCH)]


def _is_test(path: Path) -> bool:
    return path.name.startswith("test_") or TESTS in path.parents


def domains() -> dict[str, float]:
    """Lines of tests for each line of source, by domain."""
    found = {}
    for folder in sorted((SOURCE / "ruoshui").iterdir()):
        source = _lines(_python(folder)) if folder.is_dir() else 0
        if not source or folder.name in NOT_TESTED_ALONE:
            continue
        names = (folder.name, *ALSO.get(folder.name, ()))
        found[folder.name] = sum(_lines(_python(TESTS / name)) for name in names) / source
    return found


def template_widths() -> list[int]:
    """Of every line that is not empty, in columns."""
    templates = (SOURCE / "ruoshui").rglob("*.html")
    return sorted(len(line) for path in templates for line in path.read_text().splitlines() if line.strip())


def template_lengths() -> dict[str, int]:
    """Lines of each template, by its place under `templates`."""
    folder = SOURCE / "ruoshui/web/templates"
    return {str(path.relative_to(folder)): _lines([path]) for path in folder.rglob("*.html")}


def names_used_twice() -> dict[str, int]:
    """Names that several classes have, and how many; a class inside another has its name from there."""
    counted: Counter[str] = Counter()
    for path in _run():
        counted.update(node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef))
    return {name: times for name, times in counted.items() if times > 1}


def function_lengths() -> list[int]:
    return sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in _run()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def figures() -> list[Figure]:
    """Of `bench`, which is neither product nor test, the sizes and names only."""
    everything = [*_python(SOURCE), *_python(TESTS)]
    tests = _lines(path for path in everything if _is_test(path))
    source = _lines(path for path in everything if not _is_test(path))
    widths, lengths = template_widths(), template_lengths()
    files = [_lines([path]) for path in _run()]
    return [
        Figure("test lines for each line of source", tests / source, 0.9, more_is_better=True),
        Figure("… of the least tested domain", min(domains().values()), 0.6, more_is_better=True),
        Figure("template lines: median width", statistics.median(widths), 60),
        Figure("template lines: 90 of 100 are at most", widths[int(len(widths) * 0.9)], 100),
        Figure("template lines: widest", widths[-1], 120),
        Figure("templates over 100 lines", sum(length > 100 for length in lengths.values()), 0),
        Figure("class names used twice or more", len(names_used_twice()), 0),
        Figure("functions over 40 lines", sum(length > 40 for length in function_lengths()), 0),
        Figure("longest file", max(files), 300),
        Figure("lines in AGENTS.md that are not empty", _filled(ROOT / "AGENTS.md"), 40),
    ]


def _filled(path: Path) -> int:
    return sum(bool(line.strip()) for line in path.read_text().splitlines())


def main() -> None:
    for figure in figures():
        mark = "✓" if figure.is_met else " "
        sign = "≥" if figure.more_is_better else "≤"
        print(f"{mark} {figure.name:45} {figure.value:8.4g}   {sign} {figure.goal:g}")
    least = sorted(domains().items(), key=lambda item: item[1])
    print("\nTest lines for each line of source: " + ", ".join(f"{name} {value:.2f}" for name, value in least))
    if names := names_used_twice():
        print("Names used twice: " + ", ".join(f"{name} ×{times}" for name, times in sorted(names.items())))


if __name__ == "__main__":
    sys.exit(main())
