"""Does every row have its file, whole? The doctor compares sizes; with --files every byte."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.utils import timezone

from ruoshui.core.content import holds
from ruoshui.core.leftovers import leftovers, tables_with_files
from ruoshui.operations.findings import BAD, LOOK, OK, Findings

SHOWN = 20
PROGRESS_SECONDS = 2.0
# Where a person finds it. A table of files that is not here fails the tests.
PLACES: dict[str, tuple[tuple[str, ...], Callable[[Any], str]]] = {
    "cases.Attachment": (("message__case",), lambda row: f"case {row.message.case.number}, file {row.pk}"),
    "documents.DocumentVersion": (
        ("document__case",),
        lambda row: f"case {row.document.case.number}, document {row.document_id}, version {row.number}",
    ),
    "channels.LetterIn": (("mailbox",), lambda row: f"mailbox {row.mailbox.code}, letter {row.pk}"),
    "channels.TextIn": (("line",), lambda row: f"line {row.line.code}, message {row.pk}"),
}


def examine_files(*, every_byte: bool) -> Findings:
    damaged = list(_damaged(every_byte))
    for what, where, path in damaged[:SHOWN]:
        yield BAD, f"{where}: its file is {what}", f"bring it back from a backup: {path}"
    if len(damaged) > SHOWN:
        yield BAD, f"{len(damaged) - SHOWN} more files are missing or damaged", "bring the files back from a backup"
    if not damaged:
        how = "by content" if every_byte else "by size (ruoshui doctor --files reads them all)"
        yield OK, f"every file is there, compared {how}", ""
    lost = sum(1 for _each in leftovers(timezone.now()))
    if lost:
        yield LOOK, f"files older than a day that belong to nothing: {lost}", "a worker sweeps them at night"


def _damaged(every_byte: bool) -> Iterator[tuple[str, str, Path]]:
    """What is wrong, where, and the path. Equal content is one file, and is read once."""
    for model in tables_with_files():
        joined, place = PLACES[model._meta.label]
        rows = model._default_manager.exclude(file="").select_related(*joined).order_by("file")
        last, wrong = "", ""
        for row in _with_progress(model, rows, every_byte):
            if row.file.name != last:
                last, wrong = row.file.name, _fault(row, every_byte)
            if wrong:
                yield wrong, place(row), Path(row.file.path)


def _fault(row: Any, every_byte: bool) -> str:
    path, size = Path(row.file.path), getattr(row, "size", None)
    try:
        there = path.stat().st_size
        if size is not None and there != size:
            return f"{'short' if there < size else 'long'} ({there:,} of {size:,} bytes)"
        return "" if not every_byte or holds(path, size, row.digest) else "altered"
    except FileNotFoundError:
        return "missing"
    except OSError as wrong:
        return f"not readable ({wrong.strerror})"


def _with_progress(model: type[Model], rows: Any, every_byte: bool) -> Iterator[Any]:
    total, said = rows.count() if every_byte else 0, time.monotonic()
    for done, row in enumerate(rows.iterator(2000)):
        if every_byte and time.monotonic() - said > PROGRESS_SECONDS:
            said = time.monotonic()
            print(f"    … {model._meta.label}: {done:,} of {total:,}", file=sys.stderr, flush=True)
        yield row
