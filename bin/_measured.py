"""Which figures of docs/reference/measured.md are older than the code they speak of. Standard library only.

Behind its figures the page holds a mark that readers do not see: by which command they come out, at which commit they
were written down, and of which code they speak. A mark is for all lines since the mark before it or the heading.

    <!-- bin/bench arrivals · 0123abc · src/service_science/forecast.py src/ruoshui/queues/staffing.py -->
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = "docs/reference/measured.md"
HEADING = re.compile(r"#{2,} +(.+)")
MARK = re.compile(r"<!-- (bin/.+?) · ([0-9a-f]{7,40}) · (.+?) -->")


@dataclass(frozen=True)
class Mark:
    """Lines `first` to `last` of the page, counted from one, under one heading."""

    title: str
    first: int
    last: int
    command: str
    commit: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    number: int
    newest: str

    def __str__(self) -> str:
        if not self.number:
            return "changed here, not committed yet"
        return f"changed {self.number} time{'s' * (self.number != 1)} since, last by {self.newest}"


def marks_of(page: str) -> Iterator[Mark]:
    title, first, last = "", 0, 0
    for number, line in enumerate(page.splitlines(), 1):
        if heading := HEADING.fullmatch(line):
            title, first, last = heading[1], 0, 0
        elif mark := MARK.fullmatch(line):
            yield Mark(title, first or number, last or number, mark[1], mark[2], tuple(mark[3].split()))
            first, last = 0, 0
        elif line:
            first, last = first or number, number


def without_mark(page: str) -> list[str]:
    """Lines with a figure that no mark stands behind. What comes before the first section speaks of the page."""
    lines = page.splitlines()
    marked = {number for mark in marks_of(page) for number in range(mark.first, mark.last + 1)}
    begin = next((place for place, line in enumerate(lines) if HEADING.fullmatch(line)), len(lines))
    return [
        f"{PAGE}:{number}: {line}"
        for number, line in enumerate(lines[begin:], begin + 1)
        if number not in marked and re.search(r"\d", line) and not HEADING.fullmatch(line) and not MARK.fullmatch(line)
    ]


def changed_since(mark: Mark, root: Path) -> Change | None:
    """None while the code is what it was. Raises LookupError when this history does not hold the commit."""
    same = _git(root, "diff", "--quiet", mark.commit, "--", *mark.paths).returncode
    if same == 0:
        return None
    if same != 1:
        raise LookupError(mark.commit)
    log = _git(root, "log", "--format=%h of %as, %s", f"{mark.commit}..HEAD", "--", *mark.paths).stdout.splitlines()
    return Change(len(log), log[0] if log else "")


def _git(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)


def main() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    marks, old = list(marks_of(page)), []
    for mark in marks:
        try:
            change = changed_since(mark, ROOT)
        except LookupError:
            sys.exit(f"  This checkout does not hold {mark.commit}: fetch the whole history (git fetch --unshallow).")
        if change is not None:
            old.append(mark)
            day = _git(ROOT, "log", "-1", "--format=%as", mark.commit).stdout.strip()
            print(f"{PAGE}:{mark.first}–{mark.last}  {mark.title}")
            print(f"    written down on {day} ({mark.commit}); {' '.join(mark.paths)}")
            print(f"    {change}")
            print(f"    renew by: {mark.command}")
    print(f"  {len(old)} of {len(marks)} figures are older than the code they speak of.")


if __name__ == "__main__":
    main()
