"""What is typed at a kiosk proves nothing and is told nothing; what is scanned does. A slip is good for two hours."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import NotAllowed, NotFound
from ruoshui.customers.actions import register_customer, renew_code, revise_customer
from ruoshui.customers.models import Customer, Tier
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope, Staff
from ruoshui.queues import actions
from ruoshui.queues.models import Device, Ticket
from ruoshui.queues.models.tickets import SLIP_IS_GOOD
from tests.api.conftest import program  # noqa: F401
from tests.conftest import NOW, misread, refused
from tests.queues.test_pages import now_open, take_now  # noqa: F401

PHONE, NOBODYS = "13800009999", "13911112222"


@pytest.fixture
def gold(customer):
    best = Tier.objects.get(code="gold")
    return revise_customer(customer, {"tier": best}, by=SYSTEM, at=NOW)


@pytest.fixture
def kiosk(client, now_open):  # noqa: F811
    address = f"/device/{Device.objects.get(branch=now_open.branch, kind='kiosk').key}/numbers"

    def take(contact: str, **more):
        return client.post(
            address, {"key": str(uuid.uuid4()), "business": "pay", "contact": contact, "language": "en"} | more
        )

    return take


def undone(take):
    """What is answered, as if nobody had asked before; the promised time as minutes from when the number was taken."""
    with transaction.atomic():
        answer = take()
        transaction.set_rollback(True)
    own = ("key", "phone", "qr")  # of this number only
    found = {name: value for name, value in answer.json().items() if name not in own}
    if "taken" in found:
        taken = datetime.strptime(found.pop("taken"), "%Y-%m-%d %H:%M")
        found["promised"] = (datetime.strptime(found["promised"], "%H:%M") - taken).seconds // 60
    return answer.status_code, found, [len(str(answer.json()[name])) for name in own if name in answer.json()]


@pytest.mark.parametrize("known", [PHONE, "xu@example.com"])
def test_a_kiosk_answers_a_typed_contact_of_the_best_customer_like_nobodys(kiosk, gold, known):
    assert undone(lambda: kiosk(known)) == undone(lambda: kiosk(NOBODYS)) == undone(lambda: kiosk("RSC:forged"))
    status, answer, _own = undone(lambda: kiosk(known))
    assert (status, answer["number"], answer["service_class"]) == (201, "A001", {"zh-hans": "", "en": ""})


def test_who_says_nothing_gets_the_same_number_as_who_types(kiosk, gold):
    nothing, typed = undone(lambda: kiosk("")), undone(lambda: kiosk(PHONE))
    assert nothing[1].pop("is_typed") is False
    assert typed[1].pop("is_typed") is True
    assert nothing == typed


def test_a_scanned_code_says_who_it_is_and_brings_the_class(kiosk, gold):
    answer = kiosk(actions.customer_code(gold)).json()
    assert (answer["number"][0], answer["service_class"]["en"], answer["is_typed"]) == ("G", "Gold customers", False)
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.queue.service_class.tier_rank is None) == (gold, False)


def test_a_code_of_ones_own_making_is_no_code(kiosk, gold):
    answer = kiosk(misread(actions.customer_code(gold))).json()
    assert (answer["number"], Ticket.objects.get().customer) == ("A001", None)


def test_the_counter_is_told_who_was_typed_and_that_it_is_only_said(kiosk, gold, now_open, signed_in, demo):  # noqa: F811
    kiosk(PHONE)
    ticket = Ticket.objects.get()
    assert ticket.customer == gold
    now = ticket.joined_at + timedelta(seconds=5)
    counter = now_open.counters[1]
    actions.call_next(counter, by=SYSTEM, at=now)
    page = signed_in("east").get(f"/branch/{now_open.branch.unit.code}/counters/1").content.decode()
    assert (gold.name in page, "Typed at the kiosk, so it could be anybody." in page) == (True, True)


def test_whoever_looks_at_the_papers_gives_the_class_that_was_only_said(kiosk, gold):
    kiosk(PHONE)
    ticket = Ticket.objects.get()
    actions.identify_visitor(ticket, gold, by=SYSTEM, at=ticket.joined_at + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert ticket.queue.service_class.tier_rank is not None


@pytest.fixture
def booked(gold, now_open):  # noqa: F811

    from ruoshui.queues.actions.booking import slots_of
    from ruoshui.queues.setup import setup_of

    setup, now = setup_of(now_open.branch.pk), timezone.now()
    pay = next(one for one in setup.businesses if one.code == "pay")
    start, _places = slots_of(setup, pay, now.astimezone(setup.zone).date(), now)[0]
    return actions.book_appointment(
        now_open.branch, business=pay, customer=gold, starts_at=start, language="en", by=SYSTEM, at=now
    )


def test_an_appointment_is_found_by_its_code_or_a_scanned_one_and_not_by_a_phone_that_others_know(kiosk, booked, gold):
    arriving = {"appointment": "1"}
    assert undone(lambda: kiosk(PHONE, **arriving)) == undone(lambda: kiosk(NOBODYS, **arriving))
    assert kiosk(PHONE, **arriving).status_code == 404
    # Anybody may have booked in this name: the place is the appointment's, the class everybody's.
    status, answer, _own = undone(lambda: kiosk(booked.code, **arriving))
    assert (status, answer["service_class"]["en"]) == (201, "")
    status, answer, _own = undone(lambda: kiosk(actions.customer_code(gold), **arriving))
    assert (status, answer["service_class"]["en"]) == (201, "Gold customers")


def through_the_api(client, demo, scopes, **body):
    _row, token = issue_token(demo.staff["lobby"], name="k", scopes=scopes, by=SYSTEM, at=timezone.now())
    return client.post(
        "/api/v1/branches/east/tickets",
        {"business": "pay"} | body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.mark.parametrize("contact", [PHONE, NOBODYS])
def test_a_program_that_may_not_read_customers_learns_nothing_by_naming_them(client, demo, gold, now_open, contact):  # noqa: F811
    answers = [
        through_the_api(client, demo, ["queues:write"], **said)
        for said in ({"contact": contact}, {"customer": gold.pk})
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "missing-scope")] * 2
    scanned = through_the_api(client, demo, ["queues:write"], contact=actions.customer_code(gold))
    assert (scanned.status_code, scanned.json()["number"][0]) == (201, "G")


def test_a_program_that_may_read_customers_names_those_it_may_see(client, demo, gold, now_open):  # noqa: F811
    both = [Scope.QUEUES_WRITE, Scope.CUSTOMERS_READ]
    visible = client_sees(demo.staff["lobby"], gold)
    named = through_the_api(client, demo, both, contact=PHONE).json()
    assert (named["customer"], named["number"][0]) == ((gold.pk, "G") if visible else (None, "A"))


def client_sees(staff, customer) -> bool:
    from ruoshui.cases.queries import customers_visible_to

    return customers_visible_to(staff).filter(pk=customer.pk).exists()


def test_a_customer_code_is_printed_by_who_may_change_customers(signed_in, gold, demo):
    page = signed_in("admin").get(f"/work/customers/{gold.pk}/code").content.decode()
    assert ("<svg" in page, gold.name in page) == (True, True)
    assert signed_in("south").get(f"/work/customers/{gold.pk}/code").status_code == 404
    allowed = {name: demo.staff[name].may("customers", gold.unit) for name in ("chen", "lead")}
    found = {name: signed_in(name).get(f"/work/customers/{gold.pk}/code").status_code for name in allowed}
    assert found == {name: 200 if may else 403 for name, may in allowed.items()}


@pytest.fixture
def visited(client, now_open, opened, monkeypatch):  # noqa: F811
    """A number whose case is opened, and the clock in hand."""
    ticket, case = take_now(now_open), opened()
    ended = ticket.joined_at + timedelta(minutes=10)

    def at(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    Ticket.objects.filter(pk=ticket.pk).update(case=case, state="serving")
    return ticket, case, ended, at


def end(ticket, ended) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(state="done", ended_at=ended)


def test_a_slip_opens_its_case_for_two_hours_after_the_visit_and_not_longer(client, visited):
    ticket, case, ended, at = visited
    client.cookies["django_language"] = "en"
    assert client.get(f"/n/{ticket.key}").status_code == 200
    assert client.get(f"/case/{case.number}").status_code == 200
    end(ticket, ended)
    at(ended + SLIP_IS_GOOD - timedelta(seconds=1))
    assert client.get(f"/case/{case.number}").status_code == 200
    at(ended + SLIP_IS_GOOD)
    # What it had put into the session ends too.
    assert client.get(f"/case/{case.number}").status_code == 404
    page = client.get(f"/n/{ticket.key}").content.decode()
    assert (case.number in page, "Now its number and code do." in page, 'href="/track"' in page) == (False, True, True)
    assert client.get(f"/case/{case.number}").status_code == 404
    assert client.post("/track", {"number": case.number, "code": case.access_code}).status_code == 302
    assert client.get(f"/case/{case.number}").status_code == 200


def test_a_slip_found_later_by_somebody_else_opens_nothing(client, visited):
    ticket, case, ended, at = visited
    end(ticket, ended)
    at(ended + SLIP_IS_GOOD + timedelta(days=3))
    assert client.get(f"/n/{ticket.key}").status_code == 200
    assert client.get(f"/case/{case.number}").status_code == 404
    assert client.get(f"/case/{case.number}/files/1").status_code == 404
    for number in (case.number, "RS99999999"):  # the code is asked for, whether there is such a case or not
        answer = client.post(f"/case/{number}/messages", {"body": "x"})
        assert (answer.status_code, answer["Location"]) == (302, f"/track?number={number}&unsent=1")
    assert case.messages.filter(body="x").count() == 0


def named_by(number=0):
    return list(Ticket.objects.order_by("pk").values_list("named_by", flat=True))[number]


def test_a_number_keeps_how_its_customer_was_named(kiosk, gold, booked, now_open, signed_in, program):  # noqa: F811
    kiosk("")
    kiosk(PHONE)
    kiosk(actions.customer_code(gold))
    kiosk(booked.code, appointment="1")
    place = f"/branch/{now_open.branch.unit.code}/lobby/numbers"
    for contact in ("", PHONE, actions.customer_code(gold)):
        signed_in("lobby").post(place, {"business": "pay", "contact": contact})
    for said in ({}, {"customer": gold.pk}, {"contact": actions.customer_code(gold)}):
        status, answer = program("admin")(
            "POST", f"/branches/{now_open.branch.unit.code}/tickets", {"business": "pay"} | said
        )
        assert (status, answer["named_by"]) == (201, named_by(-1))
    kept = list(Ticket.objects.order_by("pk").values_list("named_by", flat=True))
    assert kept == ["", "typed", "scanned", "appointment", "", "staff", "scanned", "", "program", "scanned"]
    events = RecordedEvent.objects.filter(kind="queues.ticket_issued").order_by("id")
    assert [one.data["named_by"] for one in events] == kept


@pytest.mark.parametrize(
    ("named", "words"),
    [("typed", "Typed at the kiosk"), ("appointment", "anybody can book"), ("scanned", "scanned customer code")],
)
def test_the_counter_says_how_and_whoever_has_seen_an_id_says_so(kiosk, gold, now_open, signed_in, named, words):  # noqa: F811
    kiosk(PHONE)
    Ticket.objects.update(named_by=named)
    ticket = Ticket.objects.get()
    actions.call_next(now_open.counters[1], by=SYSTEM, at=ticket.joined_at + timedelta(seconds=5))
    code = now_open.branch.unit.code
    page = signed_in("east").get(f"/branch/{code}/counters/1").content.decode()
    is_only_said = named != "scanned"
    assert (words in page, "I have seen an ID" in page) == (True, is_only_said)
    if is_only_said:
        sent = {"counter": "1", "confirms": "1"}
        assert signed_in("south").post(f"/branch/{code}/numbers/{ticket.pk}/identify", sent).status_code in (403, 404)
        assert named_by() == named
        signed_in("east").post(f"/branch/{code}/numbers/{ticket.pk}/identify", sent)
        ticket.refresh_from_db()
        assert (ticket.customer, ticket.named_by) == (gold, "staff")
        told = RecordedEvent.objects.get(kind="queues.visitor_identified")
        assert (told.by_id, told.data["named_by"]) == (demo_staff("east"), "staff")


def demo_staff(username):
    return Staff.objects.get(username=username).pk


def test_a_code_that_is_renewed_ends_the_one_before(kiosk, gold, signed_in, kinds_of, demo):
    old = actions.customer_code(gold)
    Customer.objects.filter(pk=gold.pk).update(unit=demo.units["city"])
    assert signed_in("lead").post(f"/work/customers/{gold.pk}/code").status_code == 302
    gold.refresh_from_db()
    new = actions.customer_code(gold)
    assert new != old
    assert [actions.scanned_customer(code) for code in (old, new)] == [None, gold]
    assert kiosk(old).json()["service_class"]["en"] == ""
    assert kiosk(new).json()["service_class"]["en"] == "Gold customers"
    told = RecordedEvent.objects.get(kind="customers.code_renewed")
    assert (told.about_id, told.by_id, told.data) == (gold.pk, demo.staff["lead"].pk, {"number": 2})
    assert "renewed the customer code" in signed_in("lead").get(f"/work/customers/{gold.pk}").content.decode()
    twice = renew_code(gold, by=SYSTEM, at=NOW)
    assert [actions.scanned_customer(code) for code in (old, new, actions.customer_code(twice))] == [None, None, gold]


@pytest.mark.parametrize("who", ["south", "east"])
def test_a_code_is_renewed_only_where_the_customer_is_looked_after(gold, demo, signed_in, who):
    """By whoever edits customers in the customer's own unit: not from another city, nor from a branch below."""
    Customer.objects.filter(pk=gold.pk).update(unit=demo.units["city"])
    gold.refresh_from_db()
    assert signed_in(who).post(f"/work/customers/{gold.pk}/code").status_code in (403, 404)
    with refused(NotAllowed):
        renew_code(gold, by=demo.staff[who].actor, at=NOW)
    assert Customer.objects.get(pk=gold.pk).code_number == 1


def test_the_code_of_a_customer_who_was_merged_is_not_renewed(gold, demo):
    Customer.objects.filter(pk=gold.pk).update(merged_into=register_customer(name="x", at=NOW))
    with refused(NotFound):
        renew_code(gold, by=SYSTEM, at=NOW)
