"""How each unit served the others, as they see it."""

from datetime import timedelta

import pytest

from ruoshui.reports.internal import service_by_unit
from ruoshui.sla.actions import accept_request, ask_unit, finish_request, rate_request, sweep_clocks
from ruoshui.sla.models import InternalRequest
from tests.conftest import NOW


@pytest.fixture
def done(demo):
    """The city asked the network department, which has finished, in time or late, and was rated."""

    def make(score=None, *, late=False):
        lead, net = demo.staff["lead"], demo.staff["net"]
        request = ask_unit(
            demo.units["network"],
            subject="请核查线路负荷",
            level=demo.levels["2b"],
            from_unit=demo.units["city"],
            asked_by=lead,
            by=lead.actor,
            at=NOW,
        )
        accept_request(request, to=net, by=net.actor, at=NOW)
        until = NOW + timedelta(days=9 if late else 0, minutes=30)
        sweep_clocks(until)
        finish_request(request, answer="已核查。", by=net.actor, at=until)
        if score:
            rate_request(InternalRequest.objects.get(pk=request.pk), score=score, remark="—", by=lead.actor, at=until)
        return request

    return make


def test_nobody_asked_nobody_listed(demo):
    assert service_by_unit([unit.pk for unit in demo.units.values()]) == []


def test_a_unit_is_told_by_what_it_finished_in_time_and_how_it_was_rated(done, demo):
    done(5)
    done(2)
    done(late=True)
    (served,) = service_by_unit([demo.units["network"].pk])
    assert (served.unit, served.done) == (demo.units["network"], 3)
    assert (served.kept.value, served.kept.n) == (pytest.approx(2 / 3), 3)
    assert (served.satisfied.value, served.satisfied.n) == (0.5, 2)


def test_what_still_runs_is_in_no_share(done, demo):
    request = done(5)
    InternalRequest.objects.filter(pk=request.pk).update(state="accepted")
    assert service_by_unit([demo.units["network"].pk]) == []


def test_only_units_asked_about_and_only_since_then(done, demo):
    done(5)
    network = demo.units["network"].pk
    assert service_by_unit([demo.units["south"].pk]) == []
    assert service_by_unit([network], NOW + timedelta(hours=1)) == []
    assert [one.done for one in service_by_unit([network], NOW)] == [1]
