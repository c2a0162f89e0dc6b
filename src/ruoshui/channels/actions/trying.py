"""What came in is taken up when it is due. A passing fault puts it off, again and again for days; only what cannot be
understood is put aside. Neither holds up the next.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models, transaction

from ruoshui.channels.mail.reading import CannotRead
from ruoshui.core.trouble import fault_of, is_passing

log = logging.getLogger(__name__)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=6)
# 5 s, 10 s, 20 s … 5 h 41 min, and then every six hours: five days in all.
MOST_TRIES = 32
M = TypeVar("M", bound=models.Model)


def wait_after(tries: int) -> timedelta:
    """Twice as long each time, so that after a fault nothing waits longer than the fault lasted."""
    return min(FIRST_WAIT * float(2 ** min(tries - 1, 20)), LONGEST_WAIT)


def reason_of(wrong: Exception) -> str:
    """As a reason of a letter: a code, and after a colon what it is about."""
    if isinstance(wrong, CannotRead):
        return wrong.code
    return f"{'gave-up' if is_passing(wrong) else 'fault'}:{fault_words_of(wrong)}"


def fault_words_of(wrong: Exception) -> str:
    """Whose fault it was, as a code that every reader is told in their language, and what the machine said."""
    return f"{fault_of(wrong) or 'ours'}:{words_of(wrong)}"


def words_of(wrong: Exception) -> str:
    """One line about a fault, for who looks after the machine."""
    return f"{type(wrong).__name__}: {wrong}".split("\n")[0][:190]


def take_due(
    rows: "models.QuerySet[M]",
    take: Callable[[M], object],
    *,
    put_off: Callable[[M, str], object],
    put_aside: Callable[[M, Exception], object],
    at: datetime,
) -> int:
    """Take up each row with a past `next_at`, in a transaction that holds it. Returns how many were looked at.

    `put_off` writes why it waits; `attempts` and `next_at` are set already. `put_aside` settles it for good.
    """
    number = 0
    while _take_next(rows, take, put_off, put_aside, at):
        number += 1
    return number


def _take_next(rows: Any, take: Any, put_off: Any, put_aside: Any, at: datetime) -> bool:
    row: Any = None
    try:
        with transaction.atomic():
            row = _held(rows.filter(next_at__lte=at).order_by("next_at", "pk"))
            if row is not None:
                take(row)
    except Exception as wrong:
        if row is None:  # nothing can be read: the next round
            raise
        _tell(row, wrong)
        _not_now(rows.filter(pk=row.pk, next_at__lte=at), wrong, put_off, put_aside, at)
    return row is not None


def _held(rows: Any) -> Any:
    return rows.select_for_update(of=("self",), skip_locked=True).first()


@transaction.atomic
def _not_now(rows: Any, wrong: Exception, put_off: Any, put_aside: Any, at: datetime) -> None:
    """In a transaction of its own: what went wrong may have spoilt the other. Nothing where somebody was faster."""
    row = _held(rows)
    if row is None:
        return
    row.attempts += 1
    if is_passing(wrong) and row.attempts < MOST_TRIES:
        row.next_at = at + wait_after(row.attempts)
        put_off(row, fault_words_of(wrong))
    else:
        put_aside(row, wrong)


def _tell(row: models.Model, wrong: Exception) -> None:
    what = row._meta.model_name
    if is_passing(wrong):
        log.warning("%s %s will be tried again: %s", what, row.pk, words_of(wrong))
    else:
        log.error("%s %s is put aside", what, row.pk, exc_info=wrong)
