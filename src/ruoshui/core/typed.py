"""What strangers type into addresses and forms, read without ever failing: what cannot be read is nothing."""

from datetime import date, datetime
from typing import TypeGuard

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

FARTHEST = 3653  # days: ten years


def is_whole(text: str | None) -> TypeGuard[str]:
    """Whether `int` takes it and a key in the database can hold it: 1 to 15 digits 0–9.

    `str.isdigit` alone is true of "²", which `int` refuses, and of forty nines, which PostgreSQL refuses.
    """
    return text is not None and text.isascii() and text.isdigit() and 1 <= len(text) <= 15


def key_in(text: str | None) -> int:
    """The key that was chosen; 0, which no row has, for none."""
    return int(text) if is_whole(text) else 0


def moment_in(text: str | None) -> datetime | None:
    """An ISO moment, in the current zone; one without a zone is meant in it. None for what is no moment."""
    try:
        moment = parse_datetime(text or "")
        if moment is None:
            return None
        return timezone.make_aware(moment) if timezone.is_naive(moment) else timezone.localtime(moment)
    except (ValueError, OverflowError):
        return None


def day_in(text: str | None) -> date | None:
    """An ISO day; None for what is none."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def day_near(text: str | None, today: date) -> date | None:
    """An ISO day to look at; None for what is none, or is so far away that nothing can be there."""
    day = day_in(text)
    return day if day is not None and abs((day - today).days) <= FARTHEST else None


def ticked(posted: QueryDict, name: str) -> bool | None:
    """Whether a box was ticked; None if the form had no such box. Browsers send nothing for an empty box, so a form
    names its boxes in `carries`: an old page, or a part of one, unticks nothing.
    """
    return name in posted if name in posted.getlist("carries") else None
