"""A transaction whose connection was lost inside is never taken for one that was kept."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from ruoshui.core.losing import TransactionLost
from ruoshui.core.models import Pulse

NAME = "tested transaction"


def apart(work: Callable[[], None]) -> BaseException | None:
    """On a connection of its own, outside the test's transaction; what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as wrong:
            raised.append(wrong)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return raised[0] if raised else None


@pytest.fixture(autouse=True)
def nothing_left(db):
    yield
    apart(lambda: Pulse.objects.filter(name=NAME).delete() and None)


def keep() -> None:
    Pulse.objects.create(name=NAME, every=1, at=timezone.now())


def kept() -> int:
    found: list[int] = []
    apart(lambda: found.append(Pulse.objects.filter(name=NAME).count()))
    return found[0]


def end_this_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@transaction.atomic
def keeps_and_goes_on_whatever_happens_inside(happens: Callable[[], None]) -> None:
    """As a door does that keeps first and understands later."""
    keep()
    try:
        with transaction.atomic():
            happens()
    except DatabaseError:
        return


def refuse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


def test_what_was_kept_stays_when_what_was_tried_inside_failed():
    assert apart(lambda: keeps_and_goes_on_whatever_happens_inside(refuse)) is None
    assert kept() == 1


def test_when_the_connection_was_lost_inside_nobody_says_done():
    wrong = apart(lambda: keeps_and_goes_on_whatever_happens_inside(end_this_connection))
    assert (type(wrong), kept()) == (TransactionLost, 0)


def test_an_error_caught_without_a_savepoint_is_told_at_the_end():
    def catches() -> None:
        with transaction.atomic():
            keep()
            with suppress(DatabaseError), transaction.atomic(savepoint=False):
                refuse()

    assert (type(apart(catches)), kept()) == (TransactionLost, 0)


def test_a_rollback_that_somebody_wants_is_no_loss():
    def only_looks() -> None:
        with transaction.atomic():
            keep()
            transaction.set_rollback(True)
        keep()

    assert (apart(only_looks), kept()) == (None, 1)


def test_the_error_itself_is_not_covered_up():
    def fails() -> None:
        with transaction.atomic():
            keep()
            end_this_connection()

    wrong = apart(fails)
    assert isinstance(wrong, DatabaseError)
    assert (type(wrong) is TransactionLost, kept()) == (False, 0)
