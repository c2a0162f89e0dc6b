"""A need taken down for somebody who calls: who they are, what was read back, what they are told, whoever's it is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ruoshui.cases.models import Case
from ruoshui.core.models import RecordedEvent
from ruoshui.customers.models import Customer
from tests.conftest import NOW

PATH = "/work/cases/new"


@pytest.fixture
def form(demo, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return {
        "do": "open",
        "type": demo.types["outage"].pk,  # of a unit where chen does not work
        "contact": "13800002222",
        "channel": "phone",
        "confirmed": "on",
        "subject": "No light since six",
        "form_address": "12 Lake Road",
    }


def test_who_opens_a_case_of_another_unit_reads_out_its_number_unit_and_promise_and_takes_part(signed_in, form, demo):
    client = signed_in("chen")
    opened = client.post(PATH, form)
    case = Case.objects.get()
    assert opened["Location"] == reverse("workspace:receipt", args=[case.pk])
    page = client.get(opened["Location"]).content.decode()
    assert (case.unit, demo.staff["chen"] in [one.staff for one in case.participants.all()]) == (
        demo.units["field"],
        True,
    )
    assert [word in page for word in (case.number, case.unit.name, "data-due")] == [True, True, True]
    assert client.get(reverse("workspace:case", args=[case.pk])).status_code == 200


def test_nobody_else_gets_the_receipt_and_its_opener_not_for_ever(signed_in, form, monkeypatch):
    signed_in("chen").post(PATH, form)
    receipt = reverse("workspace:receipt", args=[Case.objects.get().pk])
    assert [signed_in(name).get(receipt).status_code for name in ("south", "lead", "chen")] == [404, 404, 200]
    client = signed_in("chen")
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=9))
    assert client.get(receipt).status_code == 404


def test_of_a_confidential_case_they_read_out_the_receipt_and_see_no_more(signed_in, form):
    client = signed_in("chen")
    opened = client.post(PATH, form | {"confidential": "on"})
    case = Case.objects.get()
    assert case.participants.count() == 0
    assert client.get(opened["Location"]).status_code == 200
    assert client.get(reverse("workspace:case", args=[case.pk])).status_code == 404


def test_a_contact_alone_identifies(signed_in, form, demo):
    client = signed_in("chen")
    for subject in ("No light since six", "Still no light"):
        client.post(PATH, form | {"subject": subject})
    [customer] = Customer.objects.filter(contacts__value="13800002222")
    assert (customer.name, list(customer.cases.values_list("subject", flat=True).order_by("pk"))) == (
        "13800002222",
        ["No light since six", "Still no light"],
    )


def test_a_contact_that_several_have_asks_who_it_is(signed_in, form):
    client = signed_in("chen")
    for name in ("Bo", "Li"):
        client.post(PATH, form | {"name": name})
    refused = client.post(PATH, form | {"subject": "Third"})
    assert (
        refused.status_code,
        "几位客户" in refused.content.decode() or "Several customers" in refused.content.decode(),
    ) == (
        422,
        True,
    )
    assert Case.objects.count() == 2


def test_who_is_known_is_shown_while_the_contact_is_typed_and_to_nobody_who_may_not_see_them(signed_in, form, customer):
    contact = customer.contacts.filter(kind="phone").first().value
    lookup = reverse("workspace:lookup")
    shown = signed_in("chen").get(lookup, {"contact": contact}).content.decode()
    assert (customer.name in shown, f'value="{customer.pk}"' in shown) == (True, True)
    for part in (contact[:6], "", "x", "@", "1" * 300):
        assert signed_in("chen").get(lookup, {"contact": part}).content.decode().strip() == ""
    assert customer.name not in signed_in("south").get(lookup, {"contact": contact}).content.decode()


def test_looking_somebody_up_costs_the_same_for_one_and_for_three(signed_in, form):
    client, counts = signed_in("chen"), []
    for names in (("Bo",), ("Li", "Wu")):
        for name in names:
            client.post(PATH, form | {"name": name})
        client.get(reverse("workspace:lookup"), {"contact": "13800002222"})  # what is kept for a while is kept now
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("workspace:lookup"), {"contact": "13800002222"})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_by_phone_and_at_the_counter_nothing_is_saved_before_it_was_read_back(signed_in, form):
    client = signed_in("chen")
    unread = {name: value for name, value in form.items() if name != "confirmed"}
    for channel in ("phone", "counter"):
        refused = client.post(PATH, unread | {"channel": channel})
        assert (refused.status_code, refused.content.decode().count('class="field-error" data-error')) == (422, 1)
        assert "has_it" not in client.cookies
    assert (Case.objects.count(), Customer.objects.filter(contacts__value="13800002222").count()) == (0, 0)
    client.post(PATH, unread | {"channel": "letter"})
    client.post(PATH, form)
    confirmed = RecordedEvent.objects.filter(kind="cases.read_back", at__gte=NOW).values_list("about_id", flat=True)
    assert list(confirmed) == [Case.objects.get(channel="phone").pk]
