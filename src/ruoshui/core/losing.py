"""A transaction that was lost is never taken for one that was kept.

Django ends an outermost `atomic` in silence when an error inside was caught and the rollback to its savepoint failed,
which it does when the database went away: nothing is kept, no exception is raised, and the caller says “done”.
"""

from typing import Any

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_leave, _set_rollback = transaction.Atomic.__exit__, BaseDatabaseWrapper.set_rollback
WANTED = "ruoshui_rollback_wanted"


class TransactionLost(OperationalError):
    """Nothing of it is kept, though whoever was inside went on as if it were."""


def _mark(connection: BaseDatabaseWrapper, rollback: bool) -> None:
    _set_rollback(connection, rollback)
    vars(connection)[WANTED] = rollback


def _leave_or_tell(block: transaction.Atomic, kind: Any, wrong: Any, trace: Any) -> None:
    connection = transaction.get_connection(block.using)
    is_outermost = connection.in_atomic_block and not connection.savepoint_ids
    wanted = vars(connection).pop(WANTED, False) if is_outermost else True
    is_lost = connection.closed_in_transaction or connection.needs_rollback
    _leave(block, kind, wrong, trace)
    if kind is None and is_outermost and is_lost and not wanted:
        raise TransactionLost("the transaction was lost: nothing of it is kept")


def set_up_transactions() -> None:
    transaction.Atomic.__exit__ = _leave_or_tell  # type: ignore[method-assign]
    BaseDatabaseWrapper.set_rollback = _mark  # type: ignore[method-assign, assignment]
