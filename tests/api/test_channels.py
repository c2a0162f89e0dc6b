"""Calls, call-backs, wishes and notices, for programs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruoshui.channels.actions import owe_call_back, take_call_told
from ruoshui.channels.models import CallBack, Exchange
from ruoshui.channels.phone.telling import CallEventKind, CallTold
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.actions import wish
from ruoshui.informing.models import CustomerNotice, NoticeTemplate
from ruoshui.organization.models import Scope
from tests.conftest import NOW


@pytest.fixture
def exchange(demo):
    values = {"code": "main", "kind": "signed", "name_zh": "总机", "unit": demo.units["city"], "type": "enquiry"}
    return configure(Exchange(), values, by=SYSTEM, at=NOW)


@pytest.fixture
def offer(demo):
    values = {
        "code": "storm", "moment": "by_hand", "name_zh": "大风", "subject_zh": "大风", "body_zh": "{customer}，小心。",
        "ways": ["email"], "is_optional": True,
    }  # fmt: skip
    return configure(NoticeTemplate(), values, by=SYSTEM, at=NOW)


def called(exchange, n):
    for kind in (CallEventKind.RING, CallEventKind.HANGUP):
        take_call_told(exchange, CallTold(kind, f"k{n}", f"1390000000{n}", "801"), at=NOW)


def test_calls_are_listed_and_a_stranger_sees_none(program, exchange, customer):
    take_call_told(exchange, CallTold(CallEventKind.RING, "a", "13800009999", "801"), at=NOW)
    status, answer = program("chen")("GET", f"/calls?customer={customer.pk}")
    (call,) = answer["items"]
    assert (status, call["number"], call["customer"], call["state"], call["case"]) == (
        200, "13800009999", customer.pk, "ringing", None,
    )  # fmt: skip
    assert program("east")("GET", "/calls") == (200, {"items": [], "next": None})
    assert program("chen", [Scope.CUSTOMERS_READ])("GET", "/calls")[0] == 403


def test_call_backs_are_asked_for_once_taken_and_ended(program, demo):
    ask = program("chen")
    status, owed = ask(
        "POST", "/call-backs", {"number": "139 1111 2222", "reason": "报装"}, **{"Idempotency-Key": "k1"}
    )
    again = ask("POST", "/call-backs", {"number": "139 1111 2222", "reason": "报装"}, **{"Idempotency-Key": "k1"})
    assert (status, again) == (201, (201, owed))
    assert ask("POST", f"/call-backs/{owed['id']}/taking")[1]["taken_by"] == "chen"
    assert program("wang")("POST", f"/call-backs/{owed['id']}/taking")[1]["code"] == "call-back-taken"
    assert program("east")("POST", f"/call-backs/{owed['id']}/end", {"reached": True})[0] == 404
    assert ask("POST", f"/call-backs/{owed['id']}/end", {"reached": True})[1]["state"] == "done"
    assert ask("POST", "/call-backs", {"number": "abc"})[0] == 422
    assert CallBack.objects.count() == 1


def test_wishes_are_read_and_set(program, customer):
    ask, path = program("chen"), f"/customers/{customer.pk}/wishes"
    assert ask("GET", path)[1]["optional"] is True
    wanted = {
        "order": ["sms"],
        "refused": ["letter"],
        "optional": False,
        "quiet_from": "20:00:00",
        "quiet_until": "09:00:00",
    }
    assert ask("PUT", path, wanted) == (200, wanted)
    assert ask("GET", path) == (200, wanted)
    assert ask("PUT", path, {"order": ["pigeon"]})[0] == 422
    assert ask("PUT", path, {"quiet_from": "20:00"})[0] == 422
    assert program("east2")("PUT", path, {})[0] == 404


def test_a_customer_is_told_unless_he_refuses(program, customer, offer):
    ask, path = program("chen"), f"/customers/{customer.pk}/notices"
    assert ask("POST", path, {"template": "storm"})[1]["state"] == "waiting"
    wish(customer, {"optional": False}, by=SYSTEM, at=NOW)
    assert ask("POST", path, {"template": "storm"})[1]["why"] == "opt-out"
    assert [one["state"] for one in ask("GET", path)[1]["items"]] == ["withheld", "waiting"]
    assert ask("POST", path, {"template": "none"})[0] == 422
    assert program("east2")("POST", path, {"template": "storm"})[0] == 404
    assert CustomerNotice.objects.count() == 2


def test_a_long_path_keeps_its_key_too(program):
    path = f"/branches/{'0' * 49}/appointments"
    body = {"business": "0", "starts_at": "2026-03-05T10:00:00Z", "customer": 1}
    assert program("chen")("POST", path, body, **{"Idempotency-Key": "k"})[0] == 404


@pytest.mark.parametrize("path", ["/calls", "/call-backs"])
def test_lists_cost_the_same_for_one_and_three(program, exchange, demo, path):
    ask, counts = program("chen"), []
    ask("GET", path)  # who the token stands for is known from here on
    for n in range(3):
        called(exchange, n)
        owe_call_back(unit=demo.units["city"], number=f"1390000000{n}", by=SYSTEM, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert len(ask("GET", path)[1]["items"]) == n + 1
        counts.append(len(queries))
    assert counts[0] == counts[2]
