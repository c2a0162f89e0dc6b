"""Who is it? Found by phone, e-mail or name; merged without losing anything."""

import pytest
from django.core.exceptions import ValidationError

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import add_contact, identify, merge_customers, note_customer, register_customer
from ruoshui.customers.actions.merging import CannotMergeCustomers
from ruoshui.customers.contacts import normal_contact
from ruoshui.customers.models import Customer
from ruoshui.customers.queries import find, likely_duplicates
from tests.conftest import NOW, refused


@pytest.mark.parametrize(
    "typed",
    ["13800009999", "138 0000 9999", "138-0000-9999", "+86 138 0000 9999", "008613800009999", "１３８００００９９９９"],
)
def test_one_phone_is_one_phone_however_it_is_typed(typed):
    assert normal_contact("phone", typed) == "13800009999"


@pytest.mark.parametrize(
    ("kind", "typed"), [("phone", "call me"), ("phone", "12"), ("email", "not-an-address"), ("wechat", " ")]
)
def test_what_cannot_be_a_contact_is_refused(kind, typed):
    with pytest.raises(ValidationError):
        normal_contact(kind, typed)


@pytest.mark.parametrize("text", ["138-0000-9999", "xu@example.com", "许"])
def test_a_customer_is_found_by_phone_address_or_name(customer, text):
    assert list(find(Customer.objects.all(), text)) == [customer]


def test_the_same_name_and_phone_is_the_same_customer(customer):
    assert identify(name="许文", contacts=[("phone", "+8613800009999")], unit=None, at=NOW) == customer


def test_another_name_on_a_shared_phone_is_another_customer(customer):
    other = identify(name="许母", contacts=[("phone", "13800009999")], unit=None, at=NOW)
    assert other != customer
    assert list(likely_duplicates(customer)) == [other]


@pytest.mark.parametrize(
    ("name", "others"),
    [("张 三", ["张三", "張三"]), ("Smith, John", ["John Smith", "JOHN  SMITH"]), ("Zoë Berg", ["zoe berg"])],
)
def test_whoever_is_called_the_same_is_a_likely_duplicate_however_it_is_written(demo, name, others):
    one = register_customer(name=name, contacts=[], at=NOW)
    same = [register_customer(name=other, contacts=[], at=NOW) for other in others]
    register_customer(name=f"{name} Junior", contacts=[], at=NOW)
    assert list(likely_duplicates(one)) == same[::-1]


def test_merging_moves_contacts_notes_and_cases_and_keeps_the_history(customer, opened, kinds_of):
    other = register_customer(name="许文", contacts=[("phone", "13911112222"), ("email", "xu@example.com")], at=NOW)
    note_customer(other, body="喜欢上午接电话", by=SYSTEM, at=NOW)
    case = opened(customer=other, by=other.actor)
    merge_customers(customer, other, by=SYSTEM, at=NOW)
    assert sorted(customer.contacts.values_list("normal", flat=True)) == [
        "13800009999",
        "13911112222",
        "xu@example.com",
    ]
    assert customer.notes.count() == 1
    assert Case.objects.get(pk=case.pk).customer == customer
    assert kinds_of(other) == ["customers.registered", "customers.noted"]
    assert kinds_of(customer)[-1] == "customers.merged"
    assert not Customer.objects.current().filter(pk=other.pk).exists()


def test_a_merged_customer_cannot_be_merged_again(customer):
    other = register_customer(name="许文", at=NOW)
    merge_customers(customer, other, by=SYSTEM, at=NOW)
    with refused(CannotMergeCustomers):
        merge_customers(customer, other, by=SYSTEM, at=NOW)
    with refused(CannotMergeCustomers):
        merge_customers(customer, customer, by=SYSTEM, at=NOW)


def test_a_contact_he_has_already_is_not_added_twice(customer):
    add_contact(customer, kind="phone", value="+86 13800009999", by=SYSTEM, at=NOW)
    assert customer.contacts.count() == 2


def test_a_customer_without_a_name_is_refused(db):
    with refused(Invalid) as info:
        register_customer(name="  ", at=NOW)
    assert list(info.value.errors) == ["name"]


@pytest.mark.parametrize("name", ["许 文", "許文", "　许文 ", "许\u200b文"])
def test_a_name_is_the_same_however_it_is_written(customer, name):
    assert identify(name=name, contacts=[("phone", "+86 138-0000-9999")], unit=None, at=NOW) == customer


def test_of_doubles_it_is_the_first_and_never_a_third(customer):
    register_customer(name="许文", contacts=[("phone", "13800009999")], at=NOW)
    assert identify(name="许文", contacts=[("phone", "13800009999")], unit=None, at=NOW) == customer


def test_somebody_of_the_same_name_and_another_phone_is_somebody_else(customer):
    assert identify(name="许文", contacts=[("phone", "13800001111")], unit=None, at=NOW) != customer


def test_a_phone_is_no_reference_of_the_same_digits(customer):
    assert identify(name="许文", contacts=[("reference", "13800009999")], unit=None, at=NOW) != customer


@pytest.mark.parametrize("typed", ["许文", "許 文"])
def test_registering_somebody_who_is_known_answers_them(customer, signed_in, typed):
    page = signed_in("lead").post("/work/customers/new", {"name": typed, "contact": "138 0000 9999"})
    assert page["Location"] == f"/work/customers/{customer.pk}"
    assert Customer.objects.filter(contacts__normal="13800009999").count() == 1
