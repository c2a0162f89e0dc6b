"""Moments that no calendar reaches: refused where they are entered, harmless where they stand already."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ruoshui.core.moments import must_be_near
from ruoshui.core.refusals import Invalid
from ruoshui.sla.actions import backdate_promise, correct_wait, promise_again, record_violation
from ruoshui.sla.models import Clock, Level, Promise
from tests.api.conftest import program  # noqa: F401 the fixture
from tests.conftest import NOW, at
from tests.sla.conftest import clock

ODD = ["0001-01-01T00:00:00+14:00", "0377-05-05T09:00:00+08:00", "1990-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"]


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.mark.parametrize("moment", ODD)
def test_the_api_refuses_it_at_its_field_and_changes_nothing(program, opened, lead, moment):  # noqa: F811
    case, call = opened(), program("lead")
    path = f"/cases/{case.number}"
    asked = [
        ("PUT", f"{path}/promise/beginning", {"since": moment, "reason": "x"}, "since"),
        ("POST", f"{path}/waits", {"begin": moment, "end": moment, "reason": "customer", "note": "x"}, "begin"),
        ("PUT", f"{path}/suspension", {"until": moment}, "until"),
        ("POST", f"{path}/tasks", {"name": "x", "staff": "chen", "due_at": moment}, "due_at"),
        ("POST", "/call-backs", {"number": "13800001111", "not_before": moment}, "not_before"),
    ]
    before = Promise.objects.get(case=case).starts_at
    for method, address, body, field in asked:
        status, told = call(method, address, body)
        assert (status, next(iter(told["errors"])).removeprefix("body.")) == (422, field), address
    assert Promise.objects.get(case=case).starts_at == before
    assert call("GET", f"/clocks/{clock(case).pk}/explanation")[0] == 200


@pytest.mark.parametrize("value", ["22:00:00Z", "22:00:00+08:00"])
def test_a_time_of_day_has_no_zone(program, customer, value):  # noqa: F811
    status, told = program("lead")(
        "PUT", f"/customers/{customer.pk}/wishes", {"quiet_from": value, "quiet_until": "07:00"}
    )
    assert (status, list(told["errors"])) == (422, ["quiet_from"])


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])),
    st.sampled_from(["since", "wait"]),
)
def test_no_moment_of_ten_thousand_years_breaks_a_clock(db_case, lead, moment, verb):
    case, explain = db_case
    try:
        if verb == "since":
            backdate_promise(case, since=moment, reason="x", by=lead.actor, at=NOW)
        else:
            end = min(NOW, moment + timedelta(days=1)) if moment.year < 9000 else NOW
            correct_wait(case, begin=moment, end=end, reason="customer", note="x", by=lead.actor, at=NOW)
    except Invalid:
        case.refresh_from_db()
    explain(case)


@pytest.fixture
def db_case(opened, signed_in):
    case = opened()
    client = signed_in("lead")

    def explain(case):
        for one in Clock.objects.filter(case=case):
            assert client.get(f"/work/clocks/{one.pk}").status_code == 200

    return case, explain


@pytest.mark.parametrize("year", [1, 377, 1990, 2000, 2060, 9998])
def test_one_that_stands_already_breaks_no_page(opened, signed_in, program, year):  # noqa: F811
    case = opened()
    odd = datetime(year, 3, 4, 10, tzinfo=UTC)
    Promise.objects.filter(case=case).update(starts_at=odd)
    Clock.objects.filter(case=case).update(starts_at=odd)
    client, call = signed_in("lead"), program("lead")
    pages = [f"/work/clocks/{clock(case).pk}", f"/work/cases/{case.pk}", "/work/desk", "/work/cases"]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    assert call("GET", f"/clocks/{clock(case).pk}/explanation")[0] == 200
    assert call("PUT", f"/cases/{case.number}/suspension", {"reason": "customer"})[0] == 200
    assert call("DELETE", f"/cases/{case.number}/suspension")[0] == 200


def test_moments_within_reach_are_taken():
    for text in ("2017-01-01 00:00", "2026-03-04 10:00", "2036-01-01 00:00"):
        must_be_near("since", at(text), at=NOW)
    with pytest.raises(Invalid):
        must_be_near("since", datetime(2026, 3, 4), at=NOW)


def test_a_promise_changes_although_a_violation_was_recorded(opened, lead, demo):
    """The clock that the new level does not have stays for the record, neither kept nor broken."""
    case = opened()
    promise = Promise.objects.get(case=case)
    gone = None
    for level in Level.objects.filter(audience=promise.version.level.audience):
        version = level.versions.filter(state="published").first()
        targets = set(version.terms.values_list("target", flat=True)) if version else set()
        gone = Clock.objects.filter(case=case, ended_at__isnull=True).exclude(target__in=targets).first()
        if version and gone:
            break
    assert gone is not None
    record_violation(gone, kind="late", note="x", staff=None, by=lead, at=NOW)
    promise_again(case, level, reason="x", by=lead.actor, at=NOW)
    kept = Clock.objects.get(pk=gone.pk)
    assert (kept.ended_at, kept.due_at, kept.broken_at) == (NOW, None, None)
