"""Customers are told: at the right moment, in their language, by the way they want, not in the night, not who refuses."""

from datetime import time, timedelta

import pytest

from ruoshui.cases.actions import close_case, pause_case, reply_case, resolve_case
from ruoshui.channels.actions import send_due_texts
from ruoshui.channels.models import LetterOut, Mailbox, PaperLetter, TextOut
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import add_contact, merge_customers, register_customer, wish
from ruoshui.customers.models import Tier
from ruoshui.informing.actions import inform_all, send_due_notices, try_next_ways
from ruoshui.informing.models import CustomerNotice, NoticeTemplate
from ruoshui.informing.refusals import NoSuchNotice
from ruoshui.informing.stopping import stop_link
from ruoshui.informing.ways import not_in_quiet
from ruoshui.sla.actions import sweep_clocks
from tests.channels.calls import sms
from tests.channels.conftest import line, mailbox, provider  # noqa: F401 fixtures
from tests.conftest import NOW, at, misread, refused


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def template(demo):
    def make(moment="opened", **more):
        values = {
            "code": f"n{NoticeTemplate.objects.count()}",
            "moment": moment,
            "name_zh": "通知",
            "name_en": "Notice",
            "subject_zh": "关于您的事项",
            "subject_en": "About your request",
            "body_zh": "{customer}，您好。"
            if moment == "by_hand"
            else "{customer}，您的事项{number}（{type}）：{link}",
            "body_en": "Dear {customer}." if moment == "by_hand" else "Dear {customer}, your {type} {number}: {link}",
            "ways": ["email", "sms"],
        }
        return configure(NoticeTemplate(), values | more, by=SYSTEM, at=NOW)

    return make


def test_a_case_that_is_opened_is_told_by_mail(template, mailbox, opened, customer):  # noqa: F811
    template()
    case = opened()
    assert send_due_notices(NOW) == 1
    mail = LetterOut.objects.get()
    assert (mail.to, mail.subject, case.number in mail.body, case.access_code in mail.body) == (
        "Xu@Example.com", "关于您的事项", True, True,
    )  # fmt: skip
    assert f"+rs{case.pk}-" in mail.reply_to
    notice = CustomerNotice.objects.get()
    assert (notice.state, notice.tried, notice.customer) == ("sent", ["email"], customer)


def test_it_is_told_in_the_customers_language(template, mailbox, opened, demo):  # noqa: F811
    template()
    wen = register_customer(
        name="Wen", contacts=[("email", "w@x.test")], unit=demo.units["city"], language="en", at=NOW
    )
    case = opened(customer=wen, by=wen.actor)
    send_due_notices(NOW)
    assert LetterOut.objects.get().body.startswith(f"Dear Wen, your {case.type.name_en} {case.number}")


@pytest.mark.parametrize(
    ("moment", "act"),
    [
        ("replied", lambda case, by: reply_case(case, body="好", by=by, at=NOW)),
        ("waiting", lambda case, by: pause_case(case, reason="customer", by=by, at=NOW)),
        ("resolved", lambda case, by: resolve_case(case, by=by, at=NOW)),
        ("closed", lambda case, by: close_case(case, outcome="solved", by=by, at=NOW)),
    ],
)
def test_each_moment_has_its_notice(template, mailbox, opened, demo, moment, act):  # noqa: F811
    template(moment)
    case = opened()
    assert CustomerNotice.objects.count() == 0
    act(case, demo.staff["chen"].actor)
    assert [notice.template.moment for notice in CustomerNotice.objects.all()] == [moment]


def test_a_broken_promise_is_admitted(template, mailbox, opened):  # noqa: F811
    template("late", is_urgent=True)
    opened()
    sweep_clocks(NOW + timedelta(days=9))
    assert {notice.template.moment for notice in CustomerNotice.objects.all()} == {"late"}


def test_the_template_of_the_case_type_comes_before_the_one_for_any(template, mailbox, opened):  # noqa: F811
    template(code="any")
    template(code="own", type="billing")
    opened()
    assert CustomerNotice.objects.get().template.code == "own"


def test_who_wrote_by_sms_has_read_it_and_is_not_told_twice(template, line, customer, demo):  # noqa: F811
    template("opened")
    template("replied", code="r")
    line("sms")
    sms({"id": "1", "from": "13800009999", "text": "电费"})
    from ruoshui.cases.models import Case

    reply_case(Case.objects.get(), body="好的", by=demo.staff["chen"].actor, at=NOW)
    assert CustomerNotice.objects.count() == 0


def test_his_own_wish_comes_before_what_is_usual(template, mailbox, line, opened, customer):  # noqa: F811
    template()
    line("sms")
    wish(customer, {"order": ["sms"]}, by=customer.actor, at=NOW)
    opened()
    send_due_notices(NOW)
    assert (TextOut.objects.get().to, LetterOut.objects.count()) == ("13800009999", 0)


def test_what_he_refuses_is_never_used(template, mailbox, line, opened, customer):  # noqa: F811
    template()
    line("sms")
    wish(customer, {"refused": ["email", "sms"]}, by=customer.actor, at=NOW)
    opened()
    send_due_notices(NOW)
    notice = CustomerNotice.objects.get()
    assert (notice.state, notice.why, TextOut.objects.count(), LetterOut.objects.count()) == ("failed", "no-way", 0, 0)


def test_when_a_way_fails_the_next_is_taken(template, mailbox, line, opened, provider):  # noqa: F811
    template(first_way="sms", ways=["email"])
    line("sms")
    provider.answers["/sms"] = 400
    opened()
    send_due_notices(NOW)
    send_due_texts(NOW)
    assert (try_next_ways(NOW), try_next_ways(NOW)) == (1, 0)
    send_due_notices(NOW)
    notice = CustomerNotice.objects.get()
    assert (notice.state, notice.tried, LetterOut.objects.count()) == ("sent", ["sms", "email"], 1)


def test_when_all_ways_failed_it_is_said(template, line, opened, provider):  # noqa: F811
    template(ways=["sms"])
    line("sms")
    provider.answers["/sms"] = 400
    opened()
    send_due_notices(NOW)
    send_due_texts(NOW)
    try_next_ways(NOW)
    send_due_notices(NOW)
    notice = CustomerNotice.objects.get()
    assert (notice.state, notice.tried, notice.next_at, "400" in notice.why) == ("failed", ["sms"], None, True)


def test_a_letter_goes_to_who_wants_paper(template, opened, customer):
    template()
    add_contact(customer, kind="address", value="江川省云州市东湖路 12 号 3 栋 502", by=SYSTEM, at=NOW)
    wish(customer, {"order": ["letter"]}, by=customer.actor, at=NOW)
    case = opened()
    send_due_notices(NOW)
    letter = PaperLetter.objects.get()
    assert (letter.name, letter.reference, letter.state) == ("许文", case.number, "waiting")


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [
        ("2026-03-04 20:59", "2026-03-04 20:59"),
        ("2026-03-04 21:00", "2026-03-05 08:00"),
        ("2026-03-05 03:00", "2026-03-05 08:00"),
        ("2026-03-05 08:00", "2026-03-05 08:00"),
    ],
)
def test_nobody_is_told_at_night(customer, demo, moment, wanted):
    assert not_in_quiet(customer, demo.units["city"], at(moment)) == at(wanted)


def test_his_own_quiet_hours_hold(customer, demo):
    wish(customer, {"quiet_from": time(12), "quiet_until": time(14)}, by=customer.actor, at=NOW)
    unit = demo.units["city"]
    assert not_in_quiet(customer, unit, at("2026-03-04 12:30")) == at("2026-03-04 14:00")
    assert not_in_quiet(customer, unit, at("2026-03-04 23:00")) == at("2026-03-04 23:00")


def test_what_is_urgent_comes_in_the_night_too(template, mailbox, opened, monkeypatch):  # noqa: F811
    late = at("2026-03-04 23:00")
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    template(is_urgent=True)
    template("replied", code="quiet")
    case = opened(at=late)
    reply_case(case, body="好", by=SYSTEM, at=late)
    urgent, quiet = CustomerNotice.objects.order_by("pk")
    assert (urgent.next_at, quiet.next_at) == (late, at("2026-03-05 08:00"))


def test_offers_go_by_tier_and_not_to_who_refuses(template, mailbox, demo, customer):  # noqa: F811
    offer = template("by_hand", is_optional=True)
    other = register_customer(name="林青", contacts=[("email", "l@x.test")], tier=Tier.objects.first(), at=NOW)
    wish(customer, {"optional": False}, by=customer.actor, at=NOW)
    made = inform_all(offer, [customer, other], unit=demo.units["city"], by=SYSTEM, at=NOW)
    assert [(n.customer, n.state, n.why) for n in made] == [(customer, "withheld", "opt-out"), (other, "waiting", "")]
    assert send_due_notices(NOW) == 1
    mail = LetterOut.objects.get()
    assert (mail.to, "/wishes/" in mail.body) == ("l@x.test", True)


def test_who_stops_them_before_it_went_out_gets_none(template, mailbox, customer, demo):  # noqa: F811
    offer = template("by_hand", is_optional=True)
    inform_all(offer, [customer], unit=demo.units["city"], by=SYSTEM, at=NOW)
    wish(customer, {"optional": False}, by=customer.actor, at=NOW)
    send_due_notices(NOW)
    assert (CustomerNotice.objects.get().state, LetterOut.objects.count()) == ("withheld", 0)


def test_a_notice_of_a_moment_is_not_sent_by_hand(template, customer, demo):
    with refused(NoSuchNotice):
        inform_all(template("opened"), [customer], unit=demo.units["city"], by=SYSTEM, at=NOW)


def test_history_is_not_told(template, mailbox, opened):  # noqa: F811
    template()
    opened(at=NOW - timedelta(days=300))
    assert CustomerNotice.objects.count() == 0


def test_nothing_is_told_of_what_was_undone(template, mailbox, opened):  # noqa: F811
    template()
    with refused(Invalid):
        opened(subject="")
    assert CustomerNotice.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "word"), [("{numbr}", "numbr"), ("{", "curly"), ("a } b", "curly"), ("{survey}", "survey"), ("{0}", "0")]
)
def test_a_placeholder_that_is_not_there_is_said(template, body, word):
    with refused(Invalid) as info:
        template(body_zh=body)
    assert list(info.value.errors) == ["body_zh"]
    assert word in info.value.errors["body_zh"][0]


def test_a_no_of_either_record_stays_a_no_after_a_merge(customer, demo):
    other = register_customer(name="许文", contacts=[("phone", "13911112222")], unit=demo.units["city"], at=NOW)
    wish(other, {"optional": False, "refused": ["sms"]}, by=other.actor, at=NOW)
    wish(customer, {"refused": ["letter"]}, by=customer.actor, at=NOW)
    merge_customers(customer, other, by=demo.staff["lead"].actor, at=NOW)
    kept = type(customer).objects.get(pk=customer.pk).wish
    assert (kept.optional, kept.refused) == (False, ["letter", "sms"])


def test_the_customer_sets_his_wishes_himself(client, customer):
    client.cookies["django_language"] = "en"
    address = stop_link(customer)
    assert "How shall we reach you?" in client.get(address).content.decode()
    client.post(
        address,
        {
            "first": "sms",
            "allowed": ["sms", "email"],
            "quiet_from": "20:00",
            "quiet_until": "09:00",
            "carries": ["allowed", "optional"],
        },
    )
    kept = type(customer).objects.get(pk=customer.pk).wish
    assert (kept.order, kept.refused, kept.optional, kept.quiet_from) == (
        ["sms"], ["wechat", "wecom", "letter"], False, time(20),
    )  # fmt: skip


def test_one_press_stops_offers_and_leaves_the_rest(client, customer):
    wish(customer, {"order": ["sms"]}, by=customer.actor, at=NOW)
    client.post(stop_link(customer), {"stop": "1"})
    kept = type(customer).objects.get(pk=customer.pk).wish
    assert (kept.optional, kept.order) == (False, ["sms"])


@pytest.mark.parametrize(
    "posted",
    [
        {"first": "sms", "allowed": ["email"]},
        {"allowed": ["email"], "quiet_from": "20:00"},
        {"allowed": ["email"], "quiet_from": "25:00", "quiet_until": "09:00"},
    ],
)
def test_wishes_that_cannot_be_are_said_and_change_nothing(client, customer, posted):
    response = client.post(stop_link(customer), posted)
    assert (response.status_code, hasattr(type(customer).objects.get(pk=customer.pk), "wish")) == (422, False)


def test_a_stranger_finds_no_wishes(client, customer):
    assert client.get(misread(stop_link(customer))).status_code == 404
    assert client.get("/wishes/1").status_code == 404


def test_the_preview_shows_both_languages_and_what_it_costs(template, signed_in, opened):
    offer = template()
    case = opened()
    page = signed_in("admin").get(f"/settings/notices/{offer.pk}/look").content.decode()
    assert (f"Wen Xu, your {case.type.name_en} {case.number}" in page, "SMS" in page) == (True, True)


def test_only_who_may_sends_notices(template, signed_in, customer, mailbox):  # noqa: F811
    offer = template("by_hand")
    assert signed_in("wang").post(f"/settings/notices/{offer.pk}/sending").status_code == 403
    assert signed_in("east2").post(f"/work/customers/{customer.pk}/notices", {"template": offer.pk}).status_code in (
        403,
        404,
    )
    signed_in("chen").post(f"/work/customers/{customer.pk}/notices", {"template": offer.pk})
    assert CustomerNotice.objects.get().customer == customer


def test_sending_to_a_tier_from_the_settings(template, signed_in, demo):
    tier = Tier.objects.first()
    wanted = register_customer(
        name="金卡", contacts=[("email", "g@x.test")], tier=tier, unit=demo.units["city"], at=NOW
    )
    offer = template("by_hand")
    page = signed_in("admin").post(f"/settings/notices/{offer.pk}/sending", {"tier": tier.pk}, follow=True)
    assert [notice.customer for notice in CustomerNotice.objects.all()] == [wanted]
    assert "It goes to 1 customer." in page.content.decode()


def test_no_way_is_set_up(template, opened):
    template()
    assert Mailbox.objects.count() == 0
    opened()
    send_due_notices(NOW)
    assert CustomerNotice.objects.get().why == "no-way"


def test_a_notice_that_cannot_be_made_ready_stops_no_other(template, mailbox, opened, customer, demo):  # noqa: F811
    template(code="paper", first_way="letter", ways=["letter"])
    add_contact(customer, kind="address", value="东湖路 12 号", by=SYSTEM, at=NOW)
    type(customer).objects.filter(pk=customer.pk).update(name=" ")
    opened()
    other = register_customer(name="林青", contacts=[("email", "l@x.test")], unit=demo.units["city"], at=NOW)
    configure(NoticeTemplate.objects.get(), {"first_way": "email"}, by=SYSTEM, at=NOW)
    opened(customer=other, by=other.actor)
    configure(NoticeTemplate.objects.get(), {"first_way": "letter", "ways": ["letter", "email"]}, by=SYSTEM, at=NOW)
    assert send_due_notices(NOW) == 2
    assert [(n.state, n.way) for n in CustomerNotice.objects.order_by("pk")] == [("failed", ""), ("sent", "email")]
