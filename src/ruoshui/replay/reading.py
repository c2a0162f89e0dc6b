"""The rows of a file somebody exported: text with separators (also gzipped) or a workbook, told by its content."""

import csv
import gzip
import io
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import storable
from ruoshui.replay.encodings import LOST, BadTable, decoded
from ruoshui.replay.sheets import is_book, read_sheet

Row = dict[str, str]
Numbered = tuple[int, list[str]]
SEPARATORS = ",;\t|，"
HEADER_WITHIN = 20  # lines: titles of reports stand above the names of the columns
LARGEST_CELL = 2_000_000  # letters
BLANKS = " \t\r\n\ufeff\u00a0\u3000\u200b"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    line: int
    reason: str


@dataclass(slots=True)
class Table:
    """`form`: how it was read, for people. `rows`: (line, row); short rows have empty cells."""

    form: str
    header_line: int
    columns: list[str]
    rows: list[tuple[int, Row]] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


def read_rows(path: Path, wanted: Collection[str] = ()) -> Iterator[tuple[int, Row]]:
    """(line, row) of every row that can be used."""
    yield from read_table(path, wanted).rows


def read_table(path: Path, wanted: Collection[str] = ()) -> Table:
    """By `wanted`, the names of columns that are looked for, separator and header are told. Refuses with `BadTable`
    what is no table, or lacks one of them.
    """
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = _unzipped(content)
    if is_book(content):
        name, cells = read_sheet(content)
        lines: list[Numbered] = list(enumerate(([_clean(cell) for cell in line] for line in cells), 1))
        return _table(_("sheet “%s”") % name, lines, wanted)
    text, encoding = decoded(content)
    if text.lstrip(BLANKS)[:9].lower().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise BadTable(why=_("it is a web page; open it in a spreadsheet and save it as CSV or XLSX"))
    separator = _separator(text, wanted)
    shown = {"\t": _("tab")}.get(separator, f"“{separator}”")
    form = _("%(encoding)s, separated by %(separator)s") % {
        "encoding": encoding.removesuffix("-sig").upper(),
        "separator": shown,
    }
    return _table(form, _lines(text, separator), wanted)


def _unzipped(content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as wrong:
        raise BadTable(why=_("it was cut off or damaged")) from wrong


def _clean(cell: str) -> str:
    return storable(cell).strip(BLANKS)


def _lines(text: str, separator: str) -> list[Numbered]:
    """Every line with the number of its first one; refuses a quotation mark that nobody closes."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[Numbered] = []
    while True:
        begins = reader.line_num + 1
        try:
            found.append((begins, [_clean(cell) for cell in next(reader)]))
        except StopIteration:
            return found
        except csv.Error as wrong:
            if "unexpected end" in str(wrong) or "field larger" in str(wrong):
                raise BadTable(why=_("line %s: a quotation mark opens here and is never closed") % begins) from wrong
            found.append((begins, [LOST]))


def _separator(text: str, wanted: Collection[str]) -> str:
    """The one by which most of the wanted columns are found; without such, by which most cells are alike."""

    def fits(separator: str) -> tuple[int, int]:
        try:
            start = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 2 * HEADER_WITHIN))
        except csv.Error:
            return 0, 0
        names = max((_found(cells, wanted) for cells in start[:HEADER_WITHIN]), default=0)
        widths = [len(cells) for cells in start if cells]
        return names, max(widths.count(width) * (width - 1) for width in widths) if widths else 0

    return max(SEPARATORS, key=fits)


def _found(cells: list[str], wanted: Collection[str]) -> int:
    names = {_clean(cell) for cell in cells}
    return sum(name in names for name in wanted)


def _header(lines: list[Numbered], wanted: Collection[str]) -> int:
    """Where the names of the columns stand: the line with most of the wanted ones, else the first with words."""
    places = [place for place, (_line, cells) in enumerate(lines[:HEADER_WITHIN]) if any(cells)]
    if not places:
        raise BadTable(why=_("there is nothing in it"))
    return max(places, key=lambda place: (_found(lines[place][1], wanted), -place))


def _table(form: str, lines: list[Numbered], wanted: Collection[str]) -> Table:
    place = _header(lines, wanted)
    line, columns = lines[place]
    if lacking := [name for name in wanted if name not in columns]:
        raise BadTable(why=_("it has no column %(lacking)s; line %(line)s has %(columns)s") % {
            "lacking": ", ".join(f"“{name}”" for name in lacking),
            "line": line,
            "columns": ", ".join(f"“{name}”" for name in columns[:40] if name),
        })  # fmt: skip
    if twice := [name for name in wanted if columns.count(name) > 1]:
        raise BadTable(why=_("column “%s” is there twice") % twice[0])
    table = Table(form, line, columns)
    for number, cells in lines[place + 1 :]:
        if not any(cells):
            continue
        if reason := _wrong(cells, len(columns)):
            table.refused.append(RefusedRow(number, str(reason)))
        else:
            filled = cells + [""] * (len(columns) - len(cells))
            table.rows.append((number, {name: cell for name, cell in zip(columns, filled, strict=False) if name}))
    return table


def _wrong(cells: list[str], width: int) -> object | None:
    if any(cells[width:]):
        return _("it has more cells than there are columns")
    if any(LOST in cell for cell in cells):
        return _("a letter cannot be read, a quotation mark stands alone, or a number has more than 15 digits")
    return None
