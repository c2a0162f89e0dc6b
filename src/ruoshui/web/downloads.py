"""Tables to take away, as CSV or XLSX, and calendars."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from icalendar import Calendar

from ruoshui.core.plain_text import storable
from ruoshui.core.refusals import NotFound
from ruoshui.core.spreadsheets import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


def calendar_response(calendar: Calendar) -> HttpResponse:
    """Without the control characters that a line of a calendar may not hold."""
    return HttpResponse(storable(calendar.to_ical().decode()), content_type="text/calendar; charset=utf-8")


def _csv(sheets: Sequence[tuple[str, Table]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    for place, (_title, rows) in enumerate(sheets):
        if place:
            writer.writerow([])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()  # so that Excel reads it as UTF-8


def _xlsx(sheets: Sequence[tuple[str, Table]]) -> bytes:
    from openpyxl import Workbook  # large, and only for who takes a table away
    from openpyxl.writer.excel import save_workbook

    book = Workbook(write_only=True)
    for title, rows in sheets:
        sheet: Any = book.create_sheet(NO_TITLE.sub(" ", storable(title))[:31])
        for row in rows:
            sheet.append([harmless(cell) for cell in row])
    data = io.BytesIO()
    save_workbook(book, data)
    return data.getvalue()
