"""Files without a row: what a failed write or a transaction that was rolled back left in the store.

Swept when a day old. `keep_content` makes a file that it takes into use young again, so none that a transaction is
about to name is old; no transaction of ours lasts a day.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import FileField, Model

from ruoshui.core.content import UNFINISHED

OLD_AFTER = timedelta(days=1)
NAME = re.compile(r"[0-9a-f]{64}")
DIGITS = "0123456789abcdef"


def tables_with_files() -> list[type[Model]]:
    """Each has `file` and `digest`."""
    return [
        model for model in apps.get_models() if any(isinstance(field, FileField) for field in model._meta.local_fields)
    ]


def leftovers(at: datetime, storage: FileSystemStorage | None = None) -> Iterator[Path]:
    """Files of the store that no row names and nobody touched for a day. What others put beside them is not ours."""
    store = Path((storage or default_storage).path(""))
    tops = [top for top in store.iterdir() if top.is_dir()] if store.is_dir() else []
    limit = (at - OLD_AFTER).timestamp()
    for top in tops:
        for digit in DIGITS:  # a sixteenth at a time, so that millions of names need little memory
            old = {f"{top.name}/{path.parent.name}/{path.name}": path for path in _old(top, digit, limit)}
            if old:
                named = _named(f"{top.name}/{digit}")
                yield from (path for name, path in old.items() if name not in named)


def _old(top: Path, digit: str, limit: float) -> Iterator[Path]:
    for folder in top.glob(f"{digit}?"):
        for entry in os.scandir(folder):
            is_ours = NAME.fullmatch(entry.name) or entry.name.endswith(UNFINISHED)
            with suppress(FileNotFoundError):
                if is_ours and entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < limit:
                    yield Path(entry.path)


def _named(beginning: str) -> set[str]:
    return {
        name
        for model in tables_with_files()
        for name in model._default_manager.filter(file__startswith=beginning).values_list("file", flat=True).iterator()
    }


def sweep_leftovers(at: datetime) -> int:
    """Returns how many were removed."""
    limit = (at - OLD_AFTER).timestamp()
    return sum(_remove(path, limit) for path in list(leftovers(at)))


def _remove(path: Path, limit: float) -> bool:
    """Set aside first: whoever takes it into use at this moment has made it young, and it goes back."""
    aside = path.with_name(f".{path.name.strip('.')[:64]}.{secrets.token_hex(6)}{UNFINISHED}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False  # another worker took it
    is_used = aside.stat().st_mtime >= limit
    if is_used:
        with suppress(FileExistsError):  # written anew meanwhile
            os.link(aside, path)
    aside.unlink()
    return not is_used
