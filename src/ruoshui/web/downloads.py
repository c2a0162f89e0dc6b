"""Tables to take away, as CSV or XLSX."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.writer.excel import save_workbook

from ruoshui.core.plain_text import storable
from ruoshui.core.refusals import NotFound

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel takes the full-width signs for the others, and looks behind blanks.
FORMULA_BEGINS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
CONTROL_BEGINS = ("\t", "\r", "\n")
LONGEST_CELL = 32_767
NO_TITLE = re.compile(r"[\[\]:*?/\\]")
Table = Iterable[Sequence[Any]]


def download(name: str, form: str, sheets: Sequence[tuple[str, Table]]) -> HttpResponse:
    """`name`.`form` with the tables, a sheet each; in CSV one below the other. Refused for any other form."""
    if form == "csv":
        response = HttpResponse(_csv(sheets), content_type="text/csv; charset=utf-8")
    elif form == "xlsx":
        response = HttpResponse(_xlsx(sheets), content_type=XLSX)
    else:
        raise NotFound
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _csv(sheets: Sequence[tuple[str, Table]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for place, (_title, rows) in enumerate(sheets):
        if place:
            writer.writerow([])
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()  # so that Excel reads it as UTF-8


def _xlsx(sheets: Sequence[tuple[str, Table]]) -> bytes:
    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet: Any = book.create_sheet(NO_TITLE.sub(" ", storable(title))[:31])
        for row in rows:
            sheet.append([_harmless(cell) for cell in row])
    data = io.BytesIO()
    save_workbook(book, data)
    return data.getvalue()


def _harmless(cell: Any) -> Any:
    """What somebody typed is never a formula of whoever opens the table, nor a letter that no table can hold."""
    if not isinstance(cell, str):
        return cell
    text = storable(cell)[: LONGEST_CELL - 1]
    is_formula = text.lstrip().lstrip("\ufeff\u200b").startswith(FORMULA_BEGINS) or text.startswith(CONTROL_BEGINS)
    return f"'{text}" if is_formula else text
