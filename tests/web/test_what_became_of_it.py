"""The page says of an answer and of a closing only what is so, and offers what is missing."""

from ruoshui.channels.models import PaperLetter
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
    page = said(signed_in("chen"), case, body="已处理")
    assert "there is no contact. Add one, or print a letter" in page
    assert (f'href="/work/customers/{case.customer_id}#contacts"' in page, page.count('data-opens="letter"')) == (
        True,
        2,
    )


def test_after_a_closing_that_reaches_nobody_a_letter_can_be_written(opened, signed_in):
    case, client = (
        opened(customer=register_customer(name="路过的人", at=NOW), by=SYSTEM, channel="phone"),
        signed_in("chen"),
    )
    page = said(client, case, "closure", outcome="solved", summary="已换表")
    assert (f'href="/work/customers/{case.customer_id}#contacts"' in page, 'data-opens="letter"' in page) == (
        True,
        True,
    )
    said(client, case, "letters", name="路过的人", address="云州市湖滨路 3 号", body="已换表")
    letter = PaperLetter.objects.get()
    assert (letter.body, letter.case_id, case.messages.latest("pk").body) == (
        "已换表", case.pk, "A letter was written:\n\n已换表",
    )  # fmt: skip


def test_an_answer_on_the_page_only_is_not_called_sent(opened, signed_in):
    assert "stands on the customer’s page" in said(signed_in("chen"), opened(), body="已处理")


def test_nobody_is_said_to_be_asked_who_cannot_be(opened, signed_in):
    nobody = opened(customer=None, by=SYSTEM, channel="phone")
    page = said(signed_in("chen"), nobody, "closure", outcome="solved")
    assert "nobody is told how it ended" in page
    assert "is asked whether" not in page
