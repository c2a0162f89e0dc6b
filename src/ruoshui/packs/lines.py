"""Where in a TOML file something is written: the standard library reads values, not places."""

import re
from collections.abc import Sequence

_TABLES = re.compile(r"^\s*\[\[\s*([\w.\-]+)\s*\]\]")
_TABLE = re.compile(r"^\s*\[\s*([\w.\-]+)\s*\]")
_KEY = re.compile(r'^\s*"?([\w\-]+)"?\s*=')

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line of every table and key, by its path: ("case_type", 2, "form")."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLES.match(line):
            here = _append(match[1].split("."), counts)
            found[here] = number
        elif match := _TABLE.match(line):
            here = _descend(match[1].split("."), counts)
            found[here] = number
        elif match := _KEY.match(line):
            found.setdefault((*here, match[1]), number)
    return found


def _descend(names: Sequence[str], counts: dict[Path, int]) -> Path:
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path


def _append(names: Sequence[str], counts: dict[Path, int]) -> Path:
    parent = (*_descend(names[:-1], counts), names[-1])
    counts[parent] = counts.get(parent, -1) + 1
    for deeper in [path for path in counts if path[: len(parent)] == parent and path != parent]:
        # A new row of the outer list begins its inner lists anew.
        if path_row(deeper, parent) == counts[parent]:
            del counts[deeper]
    return (*parent, counts[parent])


def path_row(deeper: Path, parent: Path) -> int | str:
    return deeper[len(parent)] if len(deeper) > len(parent) else -1


def line_at(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """The line of the nearest thing that is written: a missing key is shown at its table."""
    wanted = tuple(path)
    while wanted and wanted not in lines:
        wanted = wanted[:-1]
    return lines.get(wanted, 0)
