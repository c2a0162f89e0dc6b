"""The first sheet of a workbook (xlsx, xls, xlsb, ods) as lines of text, whatever it claims about its own size."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine
from django.utils.translation import gettext_lazy as _

from ruoshui.replay.encodings import LOST, BadTable

BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zipped ones, and those of before 2007
WHOLE = 1e15  # a sheet keeps fifteen digits of a number


def is_book(content: bytes) -> bool:
    return content.startswith(BOOKS)


def read_sheet(content: bytes) -> tuple[str, Iterator[list[str]]]:
    """(its name, its lines). The first that people see and that holds anything."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        for known in book.sheets_metadata:
            if known.visible == python_calamine.SheetVisibleEnum.Visible:
                sheet = book.get_sheet_by_name(known.name)
                if sheet.height:
                    return known.name, (
                        [_words(cell) for cell in line] for line in sheet.to_python(skip_empty_area=False)
                    )
    except python_calamine.PasswordError as wrong:
        raise BadTable(why=_("it is protected by a password")) from wrong
    except (python_calamine.CalamineError, OSError, ValueError, KeyError) as wrong:
        raise BadTable(why=_("it is no whole workbook; open it and save it again")) from wrong
    raise BadTable(why=_("none of its sheets holds anything"))


def _words(cell: object) -> str:
    """As somebody would have typed it. Times in the form of ISO 8601; digits the sheet itself has cut are `LOST`."""
    match cell:
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < WHOLE else LOST
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date():
            return f"{cell.isoformat()} 00:00:00"
        case time():
            return cell.isoformat("seconds")
        case timedelta():
            return str(cell)
    return str(cell)
