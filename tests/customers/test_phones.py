"""One number is one number, however it was typed, pasted or told; who has it is found by any of these ways."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import add_contact, register_customer
from ruoshui.customers.contacts import normal_contact
from ruoshui.customers.models import ContactPoint
from ruoshui.customers.phones import without_extension
from tests.conftest import NOW

OFFICE = [
    "0571-88990011",
    "+86 571 88990011",
    "0086-571-88990011",
    "86-571-88990011",
    "(0571) 8899 0011",
    "（0571）88990011",
    "+86 (0)571 8899 0011",
    "+86-0571-88990011",
    "(+86) 571 88990011",
    "０５７１－８８９９００１１",
    "0571\u00a08899\u20110011",
    "0571–8899—0011",
    "\u202d0571-88990011\u202c",
    "0571\u200b88990011",
    "0571.88990011",
    "tel:+86-571-88990011",
    "电话：0571-88990011",
    "٠٥٧١٨٨٩٩٠٠١١",
    "固定电话：0571-88990011。",
    "0571·88990011",
    "☎ 0571-88990011；",
    "0571-88990011（办公室）",
]
EXTENDED = [
    "0571-88990011转802",
    "0571-88990011 轉 802",
    "0571-88990011-802",
    "+86 571 88990011-802",
    "0571-88990011 ext. 802",
    "0571-88990011 extension 802",
    "0571-88990011 x802",
    "0571-88990011#802",
    "0571-88990011分机802",
    "0571-88990011 分机号：802",
    "0571-88990011，转８０２",
    "tel:+86-571-88990011;ext=802",
    "0571-88990011（转802）",
    "0571-88990011 (802)",
    "0571-88990011转分机802",
    "0571-88990011转802分机",
    "0571-88990011,802",
    "0571-88990011*802",
    "0571-88990011 內線802",
]


@pytest.mark.parametrize("typed", OFFICE)
def test_a_number_with_its_area_is_one_however_it_is_typed(typed):
    assert normal_contact("phone", typed) == "057188990011"


@pytest.mark.parametrize("typed", EXTENDED)
def test_an_extension_is_kept_however_it_is_said(typed):
    assert normal_contact("phone", typed) == "057188990011;ext=802"
    assert without_extension(normal_contact("phone", typed)) == "057188990011"


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("‭13800138999‬", "13800138999"),
        ("手机号 138 0013 8999", "13800138999"),
        ("8613800138999", "13800138999"),
        ("+49 (0)30 1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+39 06 6982 1234", "+390669821234"),
        ("+852 2345 6789", "+85223456789"),
        ("400-800-8820", "4008008820"),
        ("95598", "95598"),
        ("88990011", "88990011"),
        ("021-6277-0000", "02162770000"),
        ("010-62770000-8001", "01062770000;ext=8001"),
    ],
)
def test_numbers_of_other_kinds_have_one_form_too(typed, normal):
    assert normal_contact("phone", typed) == normal


@pytest.mark.parametrize("typed", [*OFFICE, *EXTENDED, "+49 (0)30 1234567", "95598"])
def test_the_form_is_its_own_form(typed):
    normal = normal_contact("phone", typed)
    assert normal_contact("phone", normal) == normal


@pytest.mark.parametrize("typed", ["call me", "12", "138²0013800", "1" * 18, "", "转802", "1-800-FLOWERS", "138/139/x"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        normal_contact("phone", typed)


def test_what_nobody_sees_is_not_kept_of_a_contact(db):
    customer = register_customer(name="许文", contacts=[("phone", "\u202d138 0013 8999\u202c")], at=NOW)
    add_contact(customer, kind="email", value="\ufeffｘｕ@example.com ", by=SYSTEM, at=NOW)
    assert sorted(customer.contacts.values_list("value", "normal")) == [
        ("138 0013 8999", "13800138999"),
        ("ｘｕ@example.com", "xu@example.com"),
    ]


def test_contacts_that_are_stored_are_spelled_again_and_doubles_of_one_customer_go(customer):
    """The migration: rows as an older version wrote them."""
    spell_again = import_module("ruoshui.customers.migrations.0004_found_however_typed").spell_again
    customer.contacts.all().delete()
    for value, normal, is_primary in (
        ("0571-88990011", "057188990011", False),
        ("+86 571 88990011", "57188990011", True),
        ("\u202d13800138999", "13800138999", False),
        ("taken in long ago", "taken in long ago", False),
    ):
        ContactPoint.objects.create(customer=customer, kind="phone", value=value, normal=normal, is_primary=is_primary)
    spell_again(apps, None)
    assert list(customer.contacts.order_by("pk").values_list("value", "normal", "is_primary")) == [
        ("0571-88990011", "057188990011", True),
        ("13800138999", "13800138999", False),
        ("taken in long ago", "taken in long ago", False),
    ]


def test_calls_back_that_are_owed_are_spelled_again(demo):
    from ruoshui.channels.actions import owe_call_back
    from ruoshui.channels.models import CallBack

    spell_again = import_module("ruoshui.channels.migrations.0006_numbers_spelled_again").spell_again
    owed = owe_call_back(unit=demo.units["city"], number="+86 571 88990011", by=SYSTEM, at=NOW)
    CallBack.objects.filter(pk=owed.pk).update(normal="57188990011")
    spell_again(apps, None)
    assert CallBack.objects.get(pk=owed.pk).normal == "057188990011"
    assert owe_call_back(unit=demo.units["city"], number="0571-88990011", by=SYSTEM, at=NOW) == owed
