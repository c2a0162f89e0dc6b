"""Contacts come from strangers, in any shape and length: what is too long for one is refused before it is looked into."""

import time

import pytest
from django.core.exceptions import ValidationError

from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import register_customer
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import ContactPoint
from ruoshui.queues.actions import find_visitor
from tests.conftest import NOW
from tests.speed import slowness

LENGTH = 200_000
PIECES = [
    " ",
    "(",
    ")",
    ".",
    "·",
    " ·",
    "-",
    ";",
    ", ",
    "x",
    "转",
    "1",
    "1-",
    "1·",
    "(1",
    "a",
    "a.",
    "@",
    "a@",
    "\u200b",
]
PIECES += ["'", "ext", "é", "e\u0301", "ﷺ", "xn--", '"', "\\"]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("kind", ContactKind.values)
def test_a_contact_of_any_shape_is_judged_at_once(kind, piece):
    filled = piece * (LENGTH // len(piece))
    begun = time.process_time()
    for typed in (filled, f"1{filled}a", f"138{filled}00138000", f"{filled}@example.com", f"xu@{filled}.com"):
        with pytest.raises(ValidationError):
            normal_contact(kind, typed)
    assert time.process_time() - begun < slowness()
    assert find_visitor(f"1{filled}a") is None


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("phone", "13800138000" + " " * 70),
        ("email", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example"),
        ("email", f"{'é' * 60}@{'b' * 60}.{'c' * 60}.example"),
        ("address", "İ" * 100),
        ("address", "ﷺ" * 12),
        ("reference", "e\u0301" * 100),
        ("reference", "İ" * 100),
    ],
)
def test_what_no_record_could_keep_is_refused_at_its_field(db, kind, typed):
    with pytest.raises(Invalid) as told:
        register_customer(name="许文", contacts=[(kind, typed)], at=NOW)
    assert [*told.value.errors] == [kind]


def test_the_longest_that_are_taken_are_kept(db):
    longest = {
        "email": f"{'a' * 32}@{'b' * 60}.{'c' * 55}.example.cn",
        "phone": "13800138000" + " " * 69,
        "address": "a" * 160,
        "reference": "a" * 120,
    }
    customer = register_customer(name="许文", contacts=longest.items(), at=NOW)
    assert {one.kind for one in ContactPoint.objects.filter(customer=customer)} == {*longest}
