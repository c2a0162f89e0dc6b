"""How large a body may be, by where it goes."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.urls import Resolver404, resolve

from ruoshui.cases.files import MAX_BYTES, MAX_FILES

View = TypeVar("View", bound=Callable[..., Any])
# A form without files: 50,000 Chinese characters in nine bytes each, and its other fields. Reading it takes Django a
# second for each megabyte, so a stranger may not send more.
PLAIN_FORM = 640 * 1024
DRAWINGS = "/settings/"  # send whole processes as a field
FROM_PROVIDERS = 1024 * 1024  # `inbound.py` refuses by 256 kB, and puts on record who sent more


def takes_files(view: View) -> View:
    """Marks a view, outermost, whose form may bring as many files as may be attached."""
    view.largest_body = MAX_FILES * MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # type: ignore[attr-defined]
    return view


def largest_body(path: str, said: int | None, kind: str = "") -> int:
    """`said`: the length that the head names, None when it names none; `kind`: its content type."""
    if path.startswith("/in/"):
        return FROM_PROVIDERS
    if kind.startswith("application/x-www-form-urlencoded") and not path.startswith(DRAWINGS):
        return PLAIN_FORM
    common = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if said is not None and said <= common:
        return common
    try:
        return int(getattr(resolve(path).func, "largest_body", common))
    except Resolver404:
        return common
