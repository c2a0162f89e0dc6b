"""Several who ask who it is at the same moment: real threads, real transactions."""

import threading
from contextlib import closing

import psycopg
import pytest
from django.db import connection, transaction

from ruoshui.customers.actions import identify, identify_sender, wish
from ruoshui.customers.models import ContactPoint, Customer
from tests.conftest import NOW

NUMBER = "0571-86660077"


def another_connection():
    given = connection.settings_dict
    place = {"dbname": given["NAME"], "user": given["USER"], "password": given["PASSWORD"], "host": str(given["HOST"])}
    return psycopg.connect(autocommit=True, **place)


@pytest.fixture
def cleaned(demo):
    """What the threads have committed is gone afterwards, also from the event table, which only adds."""
    yield
    with closing(another_connection()) as line:
        line.execute("SET session_replication_role = replica")
        made = "SELECT customer_id FROM customers_contactpoint WHERE normal LIKE %s"
        line.execute(
            f"DELETE FROM core_event WHERE about_kind = 'customers.customer' AND about_id IN ({made})", ["%86660077%"]
        )
        gone = [row[0] for row in line.execute(made, ["%86660077%"]).fetchall()]
        line.execute("DELETE FROM customers_contactpoint WHERE customer_id = ANY(%s)", [gone])
        line.execute("DELETE FROM customers_customer WHERE id = ANY(%s)", [gone])


def at_once(work, number=6):
    start, found, wrong = threading.Barrier(number), [], []

    def one():
        try:
            start.wait(20)
            found.append(work().pk)
        except Exception as why:
            wrong.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    return found


def test_six_calls_at_once_with_a_new_phone_make_one_customer(cleaned):
    found = at_once(lambda: identify(name="许文", contacts=[("phone", NUMBER)], unit=None, at=NOW))
    assert (len(found), len(set(found))) == (6, 1)
    assert identify(name="许 文", contacts=[("phone", "+86 571 86660077")], unit=None, at=NOW).pk == found[0]
    assert ContactPoint.objects.filter(normal="057186660077").count() == 1


def test_six_messages_at_once_from_a_new_number_make_one_customer(cleaned):
    def work():
        return identify_sender(
            kind="phone", value=NUMBER, name=NUMBER, is_named=False, unit=None, language="zh-hans", at=NOW
        )

    assert len(set(at_once(work))) == 1


def test_who_holds_several_contacts_never_waits_for_who_waits_for_them(cleaned):
    contacts = [("phone", NUMBER), ("email", "86660077@example.com"), ("phone", "13886660077")]
    turn = iter([contacts, contacts[::-1]] * 3)
    lock = threading.Lock()

    def work():
        with lock:
            mine = next(turn)
        return identify(name="许文", contacts=mine, unit=None, at=NOW)

    assert len(set(at_once(work))) == 1


def test_whoever_changes_a_customer_holds_up_nobody_who_only_points_to_them(cleaned):
    """A number is taken and a mail comes in meanwhile: two that wait for each other would end in a deadlock."""
    (pk,) = at_once(lambda: identify(name="许文", contacts=[("phone", NUMBER)], unit=None, at=NOW), 1)
    customer = Customer.objects.get(pk=pk)
    with transaction.atomic():
        wish(customer, {"order": ["sms"]}, by=customer.actor, at=NOW)
        with closing(another_connection()) as line:
            points = "SELECT id FROM customers_customer WHERE id = %s FOR KEY SHARE NOWAIT"  # as a foreign key does
            assert line.execute(points, [pk]).fetchall() == [(pk,)]
        transaction.set_rollback(True)  # what it holds would hold up the cleaning
