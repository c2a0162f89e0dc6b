"""On the portal anybody can type anybody's phone: the code that is sent shows whose it is, and only then is anything said."""

import re
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.db import transaction

from ruoshui.channels.actions import give_text
from ruoshui.channels.models import TextOut
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.customers.models import Customer
from ruoshui.queues import actions
from ruoshui.queues.actions import confirm_place
from ruoshui.queues.actions.booking import find_appointment, owned_appointment
from ruoshui.queues.models import Appointment, HeldPlace
from ruoshui.queues.refusals import TooManyAppointments
from tests.channels.conftest import line, provider  # noqa: F401 fixtures
from tests.conftest import NOW, at, refused
from tests.queues.test_appointments import LATER, MORNING, missed, reserve, set_up  # noqa: F401 fixture

VICTIM, NOBODY = "xu@example.com", "nobody@example.com"
PAGE = "/branches/east"


@pytest.fixture(autouse=True)
def clock(monkeypatch, client):
    """clock(minutes): the time that pages see."""

    def to(minutes=0):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(minutes=minutes))

    to()
    client.cookies["django_language"] = "en"
    return to


def typed(email=VICTIM, **more):
    words = {
        "business": "pay",
        "starts_at": LATER.isoformat(),
        "name": "许文",
        "phone": "138 0000 9999",
        "email": email,
    }
    return words | more


def ask(client, email=VICTIM, **more):
    return client.post(PAGE, typed(email, **more))


def seen_by_a_stranger(client, email):
    """All that is answered to who types this, as if nobody had asked before; what they typed themselves left out."""
    with transaction.atomic():
        answer = ask(client, email)
        after = client.get(answer["Location"])
        wrong = client.post(answer["Location"], {"code": "ABCDEFGH"})
        pages = [re.sub(r'(csrf|CSRF|name="once_key")[^>]*', "", one.content.decode()) for one in (after, wrong)]
        places = HeldPlace.objects.count()
        transaction.set_rollback(True)
    client.session.flush()
    told = [one.replace(email, "…") for one in pages]
    return answer.status_code, answer["Location"], after.status_code, wrong.status_code, places, told


def code_sent(mailoutbox):
    """By the worker's sweep, from the newest mail."""
    actions.send_codes(NOW)
    return re.search(r"/appointments/(\w+)", mailoutbox[-1].body)[1]


@pytest.mark.parametrize("state", ["nothing", "an appointment", "paused"])
def test_a_stranger_is_answered_the_same_whatever_the_customer_has(client, hall, customer, reserve, state):  # noqa: F811
    if state == "an appointment":
        reserve(MORNING)
    if state == "paused":
        missed(customer, hall, "2026-02-02", "2026-02-10", "2026-03-03")
    theirs, nobodys = seen_by_a_stranger(client, VICTIM), seen_by_a_stranger(client, NOBODY)
    assert theirs == nobodys
    assert theirs[:5] == (302, "/branches/east/code", 200, 422, 1)
    assert ("Not booked yet" in theirs[5][0], "Nothing is booked or held" in theirs[5][1]) == (True, True)


def test_nothing_is_booked_and_nobody_looked_up_before_the_code(client, hall, customer):
    before = Customer.objects.count()
    ask(client, NOBODY)
    assert (Appointment.objects.count(), Customer.objects.count(), HeldPlace.objects.count()) == (0, before, 1)


def test_the_code_books_and_twice_is_once(client, hall, customer, mailoutbox):
    ask(client)
    code = code_sent(mailoutbox)
    assert [mail.to for mail in mailoutbox] == [["xu@example.com"]]
    assert actions.send_codes(NOW) == 0
    answer = client.post("/branches/east/code", {"code": code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"/appointments/{code}")
    assert client.post(f"/appointments/{code}/confirmation")["Location"] == f"/appointments/{code}"
    one = Appointment.objects.get()
    assert (one.customer, one.starts_at, one.contact, one.code) == (customer, LATER, "xu@example.com", code)
    assert code in client.get(f"/appointments/{code}").content.decode()
    kinds = list(RecordedEvent.objects.filter(kind__startswith="queues.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["queues.place_held", "queues.appointment_booked"]


def test_looking_at_the_link_books_nothing_and_its_button_does(client, hall, customer, mailoutbox):
    ask(client)
    code = code_sent(mailoutbox)
    page = client.get(f"/appointments/{code}").content.decode()
    assert ("Not booked yet" in page, Appointment.objects.count()) == (True, 0)
    client.post(f"/appointments/{code}/confirmation")
    assert Appointment.objects.get().code == code


def test_who_has_proven_the_contact_is_told_of_the_earlier_one_and_can_cancel_it_for_this(
    client,
    hall,
    reserve,  # noqa: F811
    mailoutbox,
):
    earlier = reserve(MORNING)
    ask(client)
    code = code_sent(mailoutbox)
    answer = client.post("/branches/east/code", {"code": code})
    page = answer.content.decode()
    assert (answer.status_code, f"/appointments/{earlier.code}" in page) == (409, True)
    assert "The limit of 1 for one business and day is reached." in page
    client.post(f"/appointments/{earlier.code}/cancellation")
    assert client.post(f"/appointments/{code}/confirmation").status_code == 302
    assert list(Appointment.objects.to_come().values_list("code", flat=True)) == [code]


def test_who_has_proven_the_contact_is_told_of_the_pause(client, hall, customer, mailoutbox):
    missed(customer, hall, "2026-02-02", "2026-02-10", "2026-03-03")
    ask(client)
    answer = client.post("/branches/east/code", {"code": code_sent(mailoutbox)})
    assert (answer.status_code, "Online booking is paused until 2026-04-02" in answer.content.decode()) == (409, True)


def test_another_name_with_the_same_proven_contact_beats_no_limit(client, hall, customer, mailoutbox):
    for name, starts, status in (("许文", LATER, 302), ("王五", MORNING, 409)):
        ask(client, name=name, starts_at=starts.isoformat())
        answer = client.post("/branches/east/code", {"code": code_sent(mailoutbox)})
        assert answer.status_code == status


def test_who_types_the_victims_name_and_phone_with_an_address_of_their_own_finds_nobody(
    client,
    hall,
    customer,
    reserve,  # noqa: F811
    mailoutbox,
):
    """The name and phone are the customer's; only the address is proven, so it is somebody else."""
    earlier = reserve(LATER)
    ask(client, "thief@example.com")
    answer = client.post("/branches/east/code", {"code": code_sent(mailoutbox)})
    made = Appointment.objects.exclude(pk=earlier.pk).get()
    assert (answer.status_code, made.customer != customer) == (302, True)
    kept = made.customer.contacts.order_by("pk").values_list("kind", "normal")
    assert list(kept) == [("email", "thief@example.com"), ("phone", "13800009999")]


def test_a_place_is_held_for_a_quarter_of_an_hour_and_then_free(client, hall, clock, mailoutbox):
    ask(client, "a@example.com"), ask(client, "b@example.com")
    code = code_sent(mailoutbox)
    assert ask(client, "c@example.com").status_code == 409
    clock(15)
    assert ask(client, "c@example.com").status_code == 302
    late = client.post(f"/appointments/{code}/confirmation")
    assert (late.status_code, Appointment.objects.count()) == (404, 0)
    actions.settle_appointments(NOW + timedelta(hours=2))
    assert HeldPlace.objects.count() == 0


def test_one_network_holds_five_places_and_no_more(client, hall):
    for hour in (9, 10, 11, 12, 13):
        starts = at(f"2026-03-05 {hour:02d}:30").isoformat()
        outside = client.post(PAGE, typed(f"{hour}@example.com", starts_at=starts), REMOTE_ADDR="8.8.8.9")
        assert outside.status_code == 302
    sixth = client.post(PAGE, typed(), REMOTE_ADDR="8.8.8.9")
    assert (sixth.status_code, "from your network" in sixth.content.decode()) == (429, True)
    assert client.post(PAGE, typed(), REMOTE_ADDR="8.8.8.10").status_code == 302


def test_four_codes_an_hour_go_to_one_contact_and_all_are_answered_alike(client, hall, clock, mailoutbox):
    answers = []
    for number in range(6):
        starts = at("2026-03-05 09:30") + timedelta(minutes=30 * number)
        answers.append(ask(client, starts_at=starts.isoformat()).status_code)
        actions.send_codes(NOW)
    assert (answers, len(mailoutbox)) == ([302] * 6, 4)


def test_a_code_that_no_mail_server_takes_is_sent_again(client, hall, mailoutbox, monkeypatch):
    ask(client)
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMessage.send", lambda *_all, **_more: 1 / 0)
        assert actions.send_codes(NOW) == 0
    assert actions.send_codes(NOW + timedelta(seconds=59)) == 0
    assert (actions.send_codes(NOW + timedelta(seconds=60)), len(mailoutbox)) == (1, 1)


def test_without_a_line_the_code_goes_by_mail_and_the_form_says_so(client, hall):
    answer = client.post(PAGE, typed(""))
    assert (answer.status_code, HeldPlace.objects.count()) == (422, 0)
    assert "The code that confirms the appointment goes there." in answer.content.decode()


def test_with_a_line_the_code_is_texted_or_mailed_as_they_choose(client, hall, line, customer):  # noqa: F811
    line("sms")
    client.post(PAGE, typed(""))
    text = TextOut.objects.get()
    place = HeldPlace.objects.get()
    assert (text.to, place.code in text.text, place.send_at) == ("13800009999", True, None)
    client.post("/branches/east/code", {"code": place.code})
    assert Appointment.objects.get().customer == customer
    client.post(PAGE, typed(starts_at=MORNING.isoformat(), send_by="email"))
    assert (TextOut.objects.count(), HeldPlace.objects.latest("pk").kind) == (1, "email")


def test_a_missed_appointment_says_so_on_its_page(client, hall, customer):
    missed(customer, hall, "2026-03-03")
    one = Appointment.objects.get()
    page = client.get(f"/appointments/{one.code}").content.decode()
    assert ("You did not come in time" in page, "cancellation" in page) == (True, False)
    actions.excuse_absence(one, by=SYSTEM, at=NOW)
    assert "It does not count." in client.get(f"/appointments/{one.code}").content.decode()


def test_the_link_in_the_mail_is_the_public_one(client, hall, mailoutbox):
    ask(client)
    code = code_sent(mailoutbox)
    assert f"{configured.PUBLIC_URL}/appointments/{code}" in mailoutbox[0].body


def confirmed(client, mailoutbox, **more):
    """Ask for a place and type the code."""
    ask(client, **more)
    return client.post("/branches/east/code", {"code": code_sent(mailoutbox)})


def test_two_people_with_one_contact_never_share_a_place(client, hall, customer, mailoutbox):
    for name, status in (("许文", 302), ("王五", 409)):
        assert confirmed(client, mailoutbox, name=name).status_code == status
    set_up(hall, appointments_a_day=2)
    assert confirmed(client, mailoutbox, name="王五").status_code == 302
    assert [*Appointment.objects.order_by("pk").values_list("customer__name", "starts_at")] == [
        ("许文", LATER),
        ("王五", LATER),
    ]


def test_a_second_code_for_the_time_one_has_leads_to_it_everywhere(client, hall, customer, clock, mailoutbox):
    confirmed(client, mailoutbox)
    one = Appointment.objects.get()
    answer = confirmed(client, mailoutbox)
    second = HeldPlace.objects.latest("pk").code
    assert (answer["Location"], second != one.code) == (f"/appointments/{one.code}", True)
    assert Appointment.objects.get() == one
    assert confirm_place(HeldPlace.objects.get(code=second), at=NOW) == one
    for minutes in (0, 20, 20 * 60):  # also when places that are over have been let go
        clock(minutes)
        actions.settle_appointments(NOW + timedelta(minutes=minutes))
        assert one.code in client.get(f"/appointments/{second}").content.decode()
        for way, words in ((f"/appointments/{second}/confirmation", {}), ("/branches/east/code", {"code": second})):
            assert client.post(way, words)["Location"] == f"/appointments/{one.code}"
    assert find_appointment(hall.branch, second.lower(), at("2026-03-05 13:55")) == one
    assert owned_appointment(second) == one
    actions.settle_appointments(LATER + timedelta(days=2))
    assert HeldPlace.objects.count() == 0


def test_codes_and_notices_to_one_phone_do_not_use_up_each_others_limit(client, hall, line, customer):  # noqa: F811
    sms = line("sms")
    for number in range(6):
        starts = at("2026-03-05 09:30") + timedelta(minutes=30 * number)
        client.post(PAGE, typed("", starts_at=starts.isoformat()))
    assert TextOut.objects.count() == 4
    sent = [told.data["is_sent"] for told in RecordedEvent.objects.filter(kind="queues.place_held").order_by("id")]
    assert sent == [True] * 4 + [False] * 2
    notices = [give_text(sms, to="13800009999", text="…", is_automatic=True, at=NOW) for _each in range(4)]
    assert [one is not None for one in notices] == [True] * 3 + [False]
    for _each in range(2):
        give_text(sms, to="13900001111", text="…", is_automatic=True, at=NOW)
    client.post(PAGE, typed("", phone="139 0000 1111", starts_at=at("2026-03-06 09:30").isoformat()))
    assert TextOut.objects.filter(to="13900001111").count() == 3


def test_a_code_that_no_way_leads_to_is_not_on_record_as_sent(hall, customer):
    what = {"business": hall.business["pay"], "starts_at": LATER, "name": "许文"}
    actions.hold_place(hall.branch, **what, contacts=[("phone", "13800009999")], at=NOW)
    [told] = RecordedEvent.objects.filter(kind="queues.place_held")
    assert told.data["is_sent"] is False


def test_with_any_extension_a_phone_is_one_contact(client, hall, line, customer):  # noqa: F811
    line("sms")
    for number in range(6):
        starts = at("2026-03-05 09:30") + timedelta(minutes=30 * number)
        client.post(PAGE, typed("", phone=f"13800009999 ext {number}", starts_at=starts.isoformat()))
    assert {*TextOut.objects.values_list("to", flat=True)} == {"13800009999"}
    assert TextOut.objects.count() == 4
    first, second, *_others = HeldPlace.objects.order_by("pk")
    assert confirm_place(first, at=NOW).customer == customer
    with refused(TooManyAppointments):
        confirm_place(second, at=NOW)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("name", {"name": "许" * 161}),
        ("email", {"email": f"{'a' * 64}@{'b' * 63}.{'c' * 30}.cn"}),
        ("phone", {"phone": "1" * 99}),
    ],
)
def test_what_is_too_long_is_told_at_its_field(client, hall, field, words):
    answer = ask(client, **words)
    page = answer.content.decode()
    assert (answer.status_code, page.count("data-error"), HeldPlace.objects.count()) == (422, 1, 0)
    assert "data-error" in page.partition(f'id="{field}"')[2].partition('class="field"')[0]


def test_a_place_is_not_held_beyond_its_time(client, hall, clock):
    first = at("2026-03-05 09:30")
    clock((first - NOW).total_seconds() / 60 - 5)
    ask(client, starts_at=first.isoformat())
    assert HeldPlace.objects.get().held_until == first


def test_who_presses_too_late_is_told_to_choose_a_time_again(client, hall, clock, mailoutbox):
    ask(client)
    code = code_sent(mailoutbox)
    clock(16)
    for late in (client.post(f"/appointments/{code}/confirmation"), client.get(f"/appointments/{code}")):
        assert (late.status_code, "choose a time again" in late.content.decode()) == (404, True)
