"""Whose need it may be, by the addresses and numbers it came from."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from ruoshui.cases.mail_threads import came_about
from ruoshui.cases.models import Case
from ruoshui.cases.text_threads import CONTACTS
from ruoshui.channels.models import Call, LineKind, TextIn
from ruoshui.customers.contacts import ContactKind, normal_contact
from ruoshui.customers.models import Customer
from ruoshui.customers.models.customers import CustomerQuerySet


def whose_it_may_be(case: Case) -> CustomerQuerySet:
    """Those who have a contact that wrote or called about a case without a customer; oldest first."""
    points = set(_points(case)) if case.customer_id is None else set()
    return Customer.objects.current().with_contact(points).order_by("pk")


def is_sender_of(case: Case, kind: ContactKind, value: str) -> bool:
    """Whether this address has written in it already, whoever it belongs to."""
    return next(_normal(kind, value), None) in set(_points(case))


def _points(case: Case) -> Iterator[tuple[str, str]]:
    for letter in came_about(case):
        yield from _normal(ContactKind.EMAIL, letter.sender)
    for text in TextIn.objects.filter(case_id=case.pk).select_related("line"):
        kind = CONTACTS.get(LineKind(text.line.kind))
        if kind is not None:
            yield from _normal(kind, text.sender)
    for number in Call.objects.filter(case_id=case.pk).exclude(normal="").values_list("normal", flat=True):
        yield ContactKind.PHONE, number


def _normal(kind: ContactKind, value: str) -> Iterator[tuple[str, str]]:
    try:
        yield kind, normal_contact(kind, value)
    except ValidationError:
        return
