"""What will probably be late: learned from what others took after the same step."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import assign_case, pause_case, reply_case, resolve_case
from ruoshui.cases.models import Case
from ruoshui.reports.lateness import record_of, risks_of
from tests.conftest import at

# A case of billing is settled in 24 working hours: opened on Monday at nine, due on Wednesday at six.
MONDAYS = [at("2025-12-01 09:00") + timedelta(weeks=n) for n in range(8)]
NOW = at("2026-03-10 09:00")


@pytest.fixture
def past(opened, demo):
    """Sixteen cases: those that were assigned took three days more often than not, the others a day."""
    chen = demo.staff["chen"]
    for n, monday in enumerate(MONDAYS):
        slow = opened(at=monday)
        assign_case(slow, to=chen, by=chen.actor, at=monday + timedelta(hours=1))
        resolve_case(slow, by=chen.actor, at=monday + timedelta(days=4 if n % 4 else 1, hours=2))
        resolve_case(opened(at=monday), by=chen.actor, at=monday + timedelta(days=1))


def risks(when=NOW):
    return {
        risk.clock.case_id: risk for risk in risks_of(Case.objects.all(), when) if risk.clock.target == "resolution"
    }


def test_the_chance_is_that_of_cases_after_the_same_step(past, opened, demo):
    chen = demo.staff["chen"]
    slow, quick = opened(at=at("2026-03-09 09:00")), opened(at=at("2026-03-09 09:00"))
    assign_case(slow, to=chen, by=chen.actor, at=at("2026-03-09 10:00"))
    found = risks(at("2026-03-09 10:30"))
    assert (found[slow.pk].step, found[slow.pk].seen) == ("assigned", 8)
    # Six of eight after this step were late, and six of sixteen in all.
    assert 0.45 < found[slow.pk].chance < 0.65
    assert found[quick.pk].chance < 0.45
    assert next(iter(risks(at("2026-03-09 10:30")))) == slow.pk


def test_the_longer_one_waits_after_the_step_the_likelier_it_is(past, opened, demo):
    chen = demo.staff["chen"]
    case = opened(at=at("2026-03-09 09:00"))
    assign_case(case, to=chen, by=chen.actor, at=at("2026-03-09 10:00"))
    soon, later = risks(at("2026-03-09 10:30"))[case.pk], risks(at("2026-03-11 17:00"))[case.pk]
    assert (later.chance > soon.chance, later.chance > 0.9) == (True, True)


def test_what_waits_is_late_already_or_has_ended_is_not_foretold(past, opened, demo):
    chen = demo.staff["chen"].actor
    waits, late, done = (opened(at=at("2026-03-05 09:00")) for _each in range(3))
    pause_case(waits, by=chen, at=at("2026-03-05 10:00"))
    resolve_case(done, by=chen, at=at("2026-03-05 10:00"))
    assert set(risks(at("2026-03-10 17:00"))) & {waits.pk, late.pk, done.pk} == set()


def test_few_cases_foretell_nothing(opened):
    case = opened(at=at("2026-03-09 09:00"))
    assert case.pk not in risks(at("2026-03-09 10:00"))


def test_the_record_uses_only_what_was_known_before(past, opened, demo):
    chen = demo.staff["chen"].actor
    assert record_of(Case.objects.all(), NOW) == []
    for n in range(90):
        begin = at("2026-01-05 09:00") + timedelta(days=7 * (n // 12), minutes=n)
        case = opened(at=begin)
        reply_case(case, body="在查", by=chen, at=begin + timedelta(hours=2 + 4 * (n % 2)))
        resolve_case(case, by=chen, at=begin + timedelta(days=1 + 3 * (n % 2)))
    bins = record_of(Case.objects.all(), NOW)
    assert sum(one.count for one in bins) > 20
    assert all(one.low <= one.foretold <= one.high for one in bins)


def test_the_page_shows_chances_to_supervisors_and_nothing_to_strangers(past, opened, demo, signed_in, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-03-09 10:30"))
    chen = demo.staff["chen"]
    case = opened(at=at("2026-03-09 09:00"))
    assign_case(case, to=chen, by=chen.actor, at=at("2026-03-09 10:00"))
    page = signed_in("lead").get("/cockpit/lateness").content.decode()
    assert (case.number in page, "8 like it" in page) == (True, True)
    assert signed_in("lead").get("/cockpit/lateness?type=outage").context["risks"] == []
    assert signed_in("chen").get("/cockpit/lateness").status_code == 403
    south = signed_in("south").get("/cockpit/lateness")
    assert south.status_code == 403 or case.number not in south.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(
    past, opened, demo, signed_in, number, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-03-09 10:30"))
    for _each in range(number):
        opened(at=at("2026-03-09 09:00"))
    client = signed_in("lead")
    with django_assert_max_num_queries(24):
        assert len(client.get("/cockpit/lateness").context["risks"]) >= number
