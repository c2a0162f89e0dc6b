"""The doctor lists who stands here twice, by numbers, and nobody who only shares a phone."""

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.operations.doctor import _findings
from ruoshui.operations.doubled import MERGE, MOST_LISTED, doubled, examine_customers
from ruoshui.operations.findings import LOOK, OK
from tests.conftest import NOW


@pytest.fixture
def made(demo):
    def make(name, *contacts):
        return register_customer(name=name, contacts=contacts, unit=demo.units["city"], at=NOW).pk

    return make


def test_records_of_one_name_and_contact_are_one_customer(made):
    first = made("许文", ("phone", "13800009999"), ("email", "xu@example.com"))
    second = made("許 文", ("phone", "+86 138 0000 9999"), ("email", "xu@example.com"))
    made("许母", ("phone", "13800009999"))
    made("许文", ("phone", "13800001111"))
    made("许文", ("reference", "13800009999"))
    assert doubled() == [(first, second)]
    smiths = made("Smith, John", ("email", "js@example.com")), made("John Smith", ("email", "js@example.com"))
    assert doubled() == [(first, second), smiths]
    assert list(examine_customers()) == [
        (LOOK, f"one customer under several numbers: {first}, {second}", MERGE),
        (LOOK, f"one customer under several numbers: {smiths[0]}, {smiths[1]}", MERGE),
    ]


def test_who_was_merged_stands_here_once(made, demo):
    from ruoshui.customers.models import Customer

    pks = [made("许文", ("phone", "13800009999")) for _twice in range(2)]
    merge_customers(*Customer.objects.filter(pk__in=pks).order_by("pk"), by=SYSTEM, at=NOW)
    assert doubled() == []
    assert (OK, "no customer stands here twice with one name and contact", "") in list(examine_customers())


def test_a_long_list_is_cut_and_counted(made):
    for n in range(MOST_LISTED + 3):
        made(f"甲{n}", ("phone", f"138000100{n:02d}"))
        made(f"甲{n}", ("phone", f"138000100{n:02d}"))
    told = list(examine_customers())
    assert len(told) == MOST_LISTED + 1
    assert told[-1] == (LOOK, "3 more customers stand here under several numbers", MERGE)


def test_the_doctor_says_it(made):
    made("许文", ("phone", "13800009999"))
    pk = made("许文", ("phone", "13800009999"))
    assert next(what for _mark, what, mend in _findings(False, False) if mend == MERGE).endswith(f", {pk}")
