"""The page says of an answer and of a closing only what is so, and offers what is missing."""

from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import register_customer
from tests.conftest import NOW


def said(client, case, where="messages", **posted):
    return client.post(f"/work/cases/{case.pk}/{where}", posted, follow=True).content.decode()


def test_an_answer_for_nobody_is_not_called_sent(opened, signed_in):
    case = opened(customer=None, by=SYSTEM, channel="phone")
    page = said(signed_in("chen"), case, body="已处理")
    assert "the case has no customer" in page
    assert "on its way" not in page


def test_an_answer_without_a_contact_offers_what_is_missing(opened, signed_in):
    case = opened(customer=register_customer(name="路过的人", at=NOW), by=SYSTEM, channel="phone")
    assert "there is no contact. Add one, or print a letter" in said(signed_in("chen"), case, body="已处理")


def test_an_answer_on_the_page_only_is_not_called_sent(opened, signed_in):
    assert "stands on the customer’s page" in said(signed_in("chen"), opened(), body="已处理")


def test_nobody_is_said_to_be_asked_who_cannot_be(opened, signed_in):
    nobody = opened(customer=None, by=SYSTEM, channel="phone")
    page = said(signed_in("chen"), nobody, "closure", outcome="solved")
    assert "nobody is told how it ended" in page
    assert "is asked whether" not in page
