"""Rows of a CSV (also gzipped, also GB18030) or XLSX file, with their line numbers."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl

Row = dict[str, str]


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """(line, row). The first line names the columns; a short row has empty cells."""
    if path.suffix == ".xlsx":
        yield from _xlsx(path)
        return
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    reader = csv.DictReader(io.StringIO(_decoded(content)))
    for row in reader:
        yield reader.line_num, {name: (value or "").strip() for name, value in row.items() if name}


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _xlsx(path: Path) -> Iterator[tuple[int, Row]]:
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(values_only=True)
    names = [str(name or "") for name in next(rows, ())]
    for line, cells in enumerate(rows, start=2):
        yield line, {name: "" if cell is None else str(cell).strip() for name, cell in zip(names, cells, strict=False)}
