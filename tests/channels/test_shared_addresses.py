"""An address that several customers share: nobody is guessed, nobody is made, somebody is asked."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core import mail as outbox

from ruoshui.cases.actions import name_customer, reply_case
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import CustomerKnown
from ruoshui.cases.senders import whose_it_may_be
from ruoshui.channels.actions import send_due_letters
from ruoshui.core.refusals import NotFound
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.customers.models import Customer
from tests.channels.conftest import mail
from tests.conftest import NOW, refused


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def wife(customer, demo):
    """She reads the same mailbox as her husband."""
    return register_customer(name="林青", contacts=[("email", "xu@example.com")], unit=demo.units["city"], at=NOW)


def sent():
    send_due_letters(NOW + timedelta(seconds=5))
    found = [message_from_bytes(one.message().as_bytes(), policy=policy.default) for one in outbox.outbox]
    outbox.outbox.clear()
    return found


def test_the_name_of_the_sender_tells_which_of_them_it_is(take, customer, wife):
    cases = [take(mail(sender=f"{name} <xu@example.com>")).case_id for name in ("林 青", "许文")]
    assert [Case.objects.get(pk=pk).customer for pk in cases] == [wife, customer]
    assert Customer.objects.reached_by("xu@example.com").count() == 2


def test_where_no_name_tells_it_nobody_is_made_and_the_sender_is_acknowledged_and_answered(take, wife, demo):
    case = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id)
    assert (case.customer, Customer.objects.reached_by("xu@example.com").count()) == (None, 2)
    (told,) = sent()
    assert (told["To"], case.number in told.get_content()) == ("xu@example.com", True)
    reply_case(case, body="请问您是哪一位？", by=demo.staff["chen"].actor, at=NOW)
    (asked,) = sent()
    assert (asked["To"], asked.get_content().startswith("请问您是哪一位？")) == ("xu@example.com", True)


def test_what_they_answer_comes_into_the_same_case_and_a_strangers_answer_does_not(take, wife, demo):
    case = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id)
    (told,) = sent()
    said = {"In_Reply_To": told["Message-ID"], "to": str(told["Reply-To"])}
    assert take(mail("我是林青。", sender="xu@example.com", **said)).case_id == case.pk
    assert take(mail("我也想问。", sender="other@example.com", **said)).case_id != case.pk
    assert [message.body for message in case.messages.all()][-1] == "我是林青。"


def test_doubles_of_one_name_and_address_do_not_make_a_third(take, customer, demo):
    register_customer(name="许 文", contacts=[("email", "xu@example.com")], unit=demo.units["city"], at=NOW)
    assert Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id).customer == customer


def test_whose_it_is_is_said_once_and_recorded(take, customer, wife, demo, kinds_of):
    case, by = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id), demo.staff["chen"].actor
    assert list(whose_it_may_be(case)) == [customer, wife]
    name_customer(case, wife, seen=case.version, by=by, at=NOW)
    assert (Case.objects.get(pk=case.pk).customer, list(whose_it_may_be(case))) == (wife, [])
    assert kinds_of(case)[-1] == "cases.customer_named"
    with refused(CustomerKnown):
        name_customer(case, customer, by=by, at=NOW)


def test_who_was_merged_away_is_not_named(take, customer, wife, demo):
    case = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id)
    merge_customers(customer, wife, by=demo.staff["admin"].actor, at=NOW)
    wife.refresh_from_db()
    with refused(NotFound):
        name_customer(case, wife, by=demo.staff["chen"].actor, at=NOW)


@pytest.mark.parametrize(("who", "status"), [("lead", 302), ("south", 404)])
def test_the_page_asks_who_it_is_and_takes_the_answer(take, wife, signed_in, who, status):
    case = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id)
    client = signed_in(who)
    page = client.get(f"/work/cases/{case.pk}")
    assert (page.status_code, "Ask who it is" in page.content.decode()) == (
        (200, True) if status == 302 else (404, False)
    )
    assert client.post(f"/work/cases/{case.pk}/customer", {"customer": wife.pk}).status_code == status
    assert Case.objects.get(pk=case.pk).customer == (wife if status == 302 else None)


def test_a_customer_one_may_not_see_is_not_named(take, wife, signed_in, demo):
    case = Case.objects.get(pk=take(mail(sender="xu@example.com")).case_id)
    other = register_customer(name="何远", unit=demo.units["hq"], at=NOW)
    assert signed_in("chen").post(f"/work/cases/{case.pk}/customer", {"customer": other.pk}).status_code == 302
    assert Case.objects.get(pk=case.pk).customer is None
