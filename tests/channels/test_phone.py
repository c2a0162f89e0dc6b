"""The telephone: an exchange tells of its calls (AMI and signed calls), screen pop, notes, one click, call-backs."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import bind_call_to_case
from ruoshui.cases.models import Case
from ruoshui.channels.actions import (
    dial,
    dial_signed,
    end_call_back,
    end_forgotten_calls,
    owe_call_back,
    take_call_back,
    take_call_told,
)
from ruoshui.channels.actions.calling import end_lost_calls
from ruoshui.channels.models import Call, CallBack, Dial, Exchange, Extension, RefusedCall
from ruoshui.channels.phone.ami import Ami, AmiError, number_in, told_by
from ruoshui.channels.phone.simulator import ExchangeSimulator
from ruoshui.channels.phone.telling import CallEventKind, CallTold
from ruoshui.channels.phone.watching import _dial
from ruoshui.channels.refusals import CallBackTaken, NoExtension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from tests.channels.calls import sms
from tests.conftest import NOW, refused


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def exchange(demo, monkeypatch):
    monkeypatch.setenv("RUOSHUI_EXCHANGE_MAIN_SECRET", "a secret")
    values = {
        "code": "main",
        "kind": "signed",
        "name_zh": "总机",
        "name_en": "Main",
        "unit": demo.units["city"],
        "type": "enquiry",
        "recordings": "https://rec.example/calls/",
    }
    made = configure(Exchange(), values, by=SYSTEM, at=NOW)
    for number, who in (("801", "chen"), ("802", "wang")):
        configure(Extension(), {"exchange": made, "number": number, "staff": demo.staff[who]}, by=SYSTEM, at=NOW)
    return made


@pytest.fixture
def simulator():
    one = ExchangeSimulator(user="ruoshui", secret="a secret")
    yield one
    one.close()


@pytest.fixture
def asterisk(exchange, simulator):
    return configure(
        exchange, {"kind": "ami", "host": "127.0.0.1", "port": simulator.port, "user": "ruoshui"}, by=SYSTEM, at=NOW
    )


@pytest.fixture
def tell(exchange):
    def telling(kind, key="c1", at=NOW, **more):
        more = {"number": "13800009999"} | more if kind in ("ring", "answer") else more
        return take_call_told(exchange, CallTold(CallEventKind(kind), key, **more), at=at)

    return telling


def listened(ami, exchange, seconds=0.3):
    extensions = frozenset(Extension.objects.filter(exchange=exchange).values_list("number", flat=True))
    for block in ami.listen(seconds):
        told = told_by(block, extensions)
        if told is not None:
            take_call_told(exchange, told, at=NOW)


def opened_ami(exchange, secret="a secret"):
    return Ami(exchange.host, exchange.port, exchange.user, secret, seconds=5)


def test_a_call_over_ami_rings_is_answered_transferred_and_ends(asterisk, simulator, customer, demo):
    with opened_ami(asterisk) as ami:
        key = simulator.ring("13800009999", "801", "802")
        listened(ami, asterisk)
        call = Call.objects.get()
        assert (call.state, call.ringing, call.customer, call.direction) == ("ringing", ["801", "802"], customer, "in")
        simulator.answer(key, "801")
        listened(ami, asterisk)
        assert (Call.objects.get().state, Call.objects.get().staff) == ("talking", demo.staff["chen"])
        simulator.transfer(key, "802")
        listened(ami, asterisk)
        assert Call.objects.get().staff == demo.staff["wang"]
        simulator.hang_up(key)
        listened(ami, asterisk)
    call = Call.objects.get()
    assert (call.state, call.ended_at, call.recording_url) == ("ended", NOW, f"https://rec.example/calls/{key}.wav")
    assert CallBack.objects.count() == 0


def test_one_click_lets_the_own_telephone_ring_and_dials_on(asterisk, simulator, customer, demo):
    dial(demo.staff["chen"], "138 0000 9999", at=NOW)
    with opened_ami(asterisk) as ami:
        _dial(ami, asterisk)
        listened(ami, asterisk)
    (action,) = simulator.originated
    assert (action["Channel"], action["Exten"], action["Context"]) == ("PJSIP/801", "13800009999", "from-internal")
    call = Call.objects.get()
    assert (call.direction, call.number, call.customer, call.state, call.staff) == (
        "out", "13800009999", customer, "talking", demo.staff["chen"],
    )  # fmt: skip
    assert Dial.objects.get().placed_at == NOW


def test_a_wrong_secret_and_a_stranger_on_the_port_are_said(asterisk, simulator):
    with pytest.raises(AmiError, match="Authentication failed"):
        opened_ami(asterisk, secret="wrong")
    simulator.close()
    with pytest.raises(ConnectionRefusedError):
        opened_ami(asterisk)


def test_a_line_end_in_a_field_is_no_second_action(asterisk):
    with opened_ami(asterisk) as ami, pytest.raises(ValueError, match="one line"):
        ami.send("Originate", Exten="1\r\nAction: Command")


@pytest.mark.parametrize(
    ("channel", "number"),
    [
        ("PJSIP/801-0000001a", "801"),
        ("SIP/trunk-a-00000002", "trunk"),
        ("Local/801@from-queue-0001;2", "801"),
        ("", ""),
        ("x", ""),
    ],
)
def test_the_telephone_in_a_channel(channel, number):
    assert number_in(channel) == number


def test_whatever_the_order_an_ended_call_stays_ended(tell):
    assert tell("hangup", "unknown") is None
    tell("answer", extension="801")
    tell("hangup")
    tell("ring", extension="802")
    tell("answer", extension="802")
    call = Call.objects.get()
    assert (call.state, call.extension) == ("ended", "801")


def test_told_twice_is_one_call(tell):
    for _n in range(2):
        tell("ring", extension="801")
    assert (Call.objects.count(), Call.objects.get().ringing) == (1, ["801"])


def test_a_missed_call_is_owed_a_call_back_once(tell, customer):
    for key in ("a", "b"):
        tell("ring", key, extension="801")
        tell("hangup", key)
    owed = CallBack.objects.get()
    assert (owed.customer, owed.number, owed.state, owed.call.key) == (customer, "13800009999", "waiting", "b")


def test_who_withheld_his_number_is_owed_nothing(tell):
    tell("ring", number="anonymous", extension="801")
    tell("hangup")
    assert (Call.objects.get().state, CallBack.objects.count()) == ("missed", 0)


def test_calling_back_ends_when_he_answers(tell, demo):
    tell("ring", "a", extension="801")
    tell("hangup", "a")
    take_call_back(CallBack.objects.get(), by=demo.staff["chen"], at=NOW)
    tell("ring", "b", extension="801", direction="out")
    tell("answer", "b", extension="801", direction="out")
    tell("hangup", "b")
    assert (CallBack.objects.get().state, CallBack.objects.get().done_at) == ("done", NOW)


def test_nobody_answers_five_times(tell, demo):
    tell("ring", "a", extension="801")
    tell("hangup", "a")
    for n in range(5):
        take_call_back(CallBack.objects.get(), by=demo.staff["chen"], at=NOW)
        tell("ring", f"o{n}", extension="801", direction="out")
        tell("hangup", f"o{n}")
    owed = CallBack.objects.get()
    assert (owed.state, owed.tries) == ("given_up", 5)


def test_two_do_not_call_the_same_person(exchange, demo):
    owed = owe_call_back(unit=demo.units["city"], number="13800009999", by=SYSTEM, at=NOW)
    take_call_back(owed, by=demo.staff["chen"], at=NOW)
    with refused(CallBackTaken):
        take_call_back(owed, by=demo.staff["wang"], at=NOW)
    end_call_back(owed, reached=False, by=demo.staff["chen"].actor, at=NOW)
    owed.refresh_from_db()
    assert (owed.state, owed.not_before) == ("waiting", NOW + timedelta(minutes=30))


def test_without_an_extension_nothing_is_dialled(exchange, demo):
    with refused(NoExtension):
        dial(demo.staff["zhao"], "13800009999", at=NOW)


@pytest.mark.parametrize("number", ["", "abc", "1", "138;rm", "138\r\nAction: x", "9" * 21])
def test_what_is_no_number_is_not_dialled(exchange, demo, number):
    with refused(Invalid):
        dial(demo.staff["chen"], number, at=NOW)
    assert Dial.objects.count() == 0


def test_a_press_that_waited_too_long_is_forgotten(asterisk, simulator, demo):
    dial(demo.staff["chen"], "13800009999", at=NOW - timedelta(seconds=31))
    with opened_ami(asterisk) as ami:
        _dial(ami, asterisk)
    assert (simulator.originated, Dial.objects.get().error) == ([], "too late")


def test_an_exchange_with_signed_calls_is_told_what_to_dial(exchange, provider, demo):
    configure(exchange, {"address": f"{provider.url}/dial"}, by=SYSTEM, at=NOW)
    dial(demo.staff["chen"], "13800009999", at=NOW)
    assert (dial_signed(NOW), dial_signed(NOW)) == (1, 0)
    (told,) = provider.told("/dial")
    assert (told["dial"], told["extension"]) == ("13800009999", "801")


def _signed(told, **how):
    return sms(told, where="/in/exchanges/main", **how)


RING = {"call": "c1", "event": "ring", "number": "13800009999", "extension": "801"}


def test_a_signed_call_rings_and_pops_up_with_the_archive(exchange, customer, opened, signed_in):
    case = opened()
    assert _signed(RING).json() == {"ok": True, "known": True}
    page = signed_in("chen").get("/work/phone/pop").content.decode()
    assert ("Incoming call" in page, "许文" in page, case.subject in page) == (True, True, True)
    assert "Incoming call" not in signed_in("wang").get("/work/phone/pop").content.decode()
    assert "Incoming call" not in signed_in("zhao").get("/work/phone/pop").content.decode()


@pytest.mark.parametrize(
    ("how", "why", "status"),
    [
        ({"secret": "wrong"}, "wrong-signature", 403),
        ({"moment": int(NOW.timestamp()) - 301}, "too-old", 403),
        ({"moment": int(NOW.timestamp()) + 301}, "from-the-future", 403),
    ],
)
def test_a_call_that_is_not_believed_is_refused_and_on_record(exchange, how, why, status):
    assert _signed(RING, **how).status_code == status
    row = RefusedCall.objects.get()
    assert (row.source, row.why, Call.objects.count()) == ("exchange:main", why, 0)


def test_a_replayed_call_and_one_too_large_are_refused_and_on_record(exchange):
    assert [_signed(RING).status_code for _n in range(2)] == [200, 409]
    assert _signed(b"x" * (256 * 1024 + 1)).status_code == 413
    assert sorted(row.why for row in RefusedCall.objects.all()) == ["replayed", "too-large"]


@pytest.mark.parametrize(
    "told", [{}, {"call": "c"}, {"call": "c", "event": "sing"}, {"call": [], "event": "ring"}, b"x", b"[]"]
)
def test_a_malformed_call_is_refused(exchange, told):
    assert _signed(told).status_code == 400


def test_a_new_case_from_a_call_carries_its_record(exchange, tell, signed_in, customer, demo):
    tell("ring", extension="801")
    tell("answer", extension="801")
    call = Call.objects.get()
    client = signed_in("chen")
    client.post(f"/work/phone/calls/{call.pk}", {"notes": "电费翻倍，想核对"})
    page = client.get(f"/work/cases/new?call={call.pk}&customer={customer.pk}").content.decode()
    assert ("电费翻倍，想核对" in page, "13800009999" in page) == (True, True)
    client.post(
        "/work/cases/new",
        {
            "type": demo.types["enquiry"].pk, "subject": "电费", "customer": customer.pk, "call": call.pk, "do": "open",
            "channel": "phone", "confirmed": "on",
        },
    )  # fmt: skip
    case = Case.objects.get()
    tell("hangup", at=NOW + timedelta(seconds=200), recording="https://rec.example/1.wav")
    talk = client.get(f"/work/cases/{case.pk}").content.decode()
    assert ("3:20" in talk, "电费翻倍，想核对" in talk, "https://rec.example/1.wav" in talk) == (True, True, True)


def test_a_call_is_bound_once_and_stands_on_the_timeline(tell, opened, demo, kinds_of):
    case = opened()
    tell("ring", extension="801")
    for _n in range(2):
        bind_call_to_case(Call.objects.get(), case, by=demo.staff["chen"].actor, at=NOW)
    assert kinds_of(case).count("cases.called") == 1


def test_a_stranger_sees_and_changes_no_call(tell, signed_in, exchange):
    tell("ring", extension="801")
    tell("hangup")
    call, owed = Call.objects.get(), CallBack.objects.get()
    client = signed_in("east")
    assert client.post(f"/work/phone/calls/{call.pk}", {"notes": "x"}).status_code == 404
    assert client.post(f"/work/phone/back/{owed.pk}/taking").status_code == 404
    assert client.post(f"/work/phone/back/{owed.pk}/end", {"reached": "1"}).status_code == 404
    assert "13800009999" not in client.get("/work/phone?tab=calls").content.decode()
    assert "13800009999" not in client.get("/work/phone").content.decode()


@pytest.mark.parametrize("tab", ["back", "calls", "ended"])
def test_the_lists_cost_the_same_for_one_and_three(tell, signed_in, tab):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in("chen"), []
    client.get(f"/work/phone?tab={tab}")
    for n in range(3):
        tell("ring", f"k{n}", number=f"1390000000{n}", extension="801")
        tell("hangup", f"k{n}")
        if tab == "ended":
            end_call_back(CallBack.objects.latest("pk"), reached=True, by=SYSTEM, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/work/phone?tab={tab}")
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_call_back_list_is_worked_off_in_the_browser(exchange, signed_in):
    client = signed_in("chen")
    client.post("/work/phone/back", {"number": "13911112222", "reason": "报装"})
    owed = CallBack.objects.get()
    client.post(f"/work/phone/back/{owed.pk}/taking")
    assert Dial.objects.get().number == "13911112222"
    client.post(f"/work/phone/back/{owed.pk}/end", {"reached": "1"})
    assert CallBack.objects.get().state == "done"
    assert b"not a phone number" in client.post("/work/phone/back", {"number": "abc"}, follow=True).content


def test_a_call_that_the_exchange_knows_no_more_is_over(asterisk, simulator, tell):
    lost = take_call_told(asterisk, CallTold(CallEventKind.ANSWER, "lost", "13800009999", "801"), at=NOW)
    key = simulator.ring("13911112222", "801")
    take_call_told(asterisk, CallTold(CallEventKind.RING, key, "13911112222", "801"), at=NOW)
    with opened_ami(asterisk) as ami:
        assert end_lost_calls(asterisk, set(ami.channels()), at=NOW) == 1
    lost.refresh_from_db()
    assert (lost.state, Call.objects.get(key=key).state) == ("ended", "ringing")


def test_a_call_whose_end_was_never_told_is_over_after_six_hours(tell):
    tell("answer", extension="801")
    assert end_forgotten_calls(NOW + timedelta(hours=5)) == 0
    assert end_forgotten_calls(NOW + timedelta(hours=7)) == 1
    assert Call.objects.get().state == "ended"
