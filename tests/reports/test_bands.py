"""Promised against actual: by week, and by how much early or late."""

from datetime import timedelta

import pytest

from ruoshui.reports.promises import ended_clocks, kept_by_week, settled_against_promise
from ruoshui.sla.models import Clock
from tests.conftest import NOW, at

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture
def ended(closed):
    """A resolution that ended so long after (or before) its moment."""

    def make(over: timedelta, when=NOW):
        case = closed()
        clock = Clock.objects.get(case=case, target="resolution")
        broken = when - over if over > timedelta(0) else None
        Clock.objects.filter(pk=clock.pk).update(due_at=when - over, ended_at=when, broken_at=broken)
        return clock

    return make


@pytest.mark.parametrize(
    ("over", "band"),
    [
        (-4 * DAY, "early_3d"),
        (-3 * DAY, "early_3d"),
        (-3 * DAY + SECOND, "early_1d"),
        (-DAY, "early_1d"),
        (-DAY + SECOND, "early"),
        (timedelta(0), "early"),
        (SECOND, "late"),
        (DAY, "late"),
        (DAY + SECOND, "late_1d"),
        (3 * DAY, "late_1d"),
        (3 * DAY + SECOND, "late_3d"),
    ],
)
def test_what_was_settled_stands_in_the_band_of_how_early_or_late_it_was(ended, over, band):
    clock = ended(over)
    found = settled_against_promise(Clock.objects.filter(pk=clock.pk))
    assert {name: count for name, count in found.items() if count} == {band: 1}


def test_every_band_is_there_even_when_it_is_empty(demo):
    found = settled_against_promise(ended_clocks(None))
    assert list(found.values()) == [0, 0, 0, 0, 0, 0]


def test_weeks_begin_on_monday_and_tell_kept_from_broken(ended):
    clocks = [
        ended(-DAY, at("2026-03-02 09:00")),
        ended(DAY, at("2026-03-08 23:00")),
        ended(-DAY, at("2026-03-09 09:00")),
    ]
    weeks = kept_by_week(Clock.objects.filter(pk__in=[clock.pk for clock in clocks]))
    assert [(week.begins, week.kept, week.broken) for week in weeks] == [
        (at("2026-03-02 00:00"), 1, 1),
        (at("2026-03-09 00:00"), 1, 0),
    ]


def test_only_what_has_ended_in_these_units_since_then_counts(ended, opened, demo):
    opened()  # still runs
    mine, old = ended(-DAY), ended(-DAY, NOW - 40 * DAY)
    city, south = demo.units["city"].pk, demo.units["south"].pk
    resolutions = ended_clocks([city]).filter(target="resolution")
    assert set(resolutions) == {mine, old}
    assert list(ended_clocks([city], NOW - 30 * DAY).filter(target="resolution")) == [mine]
    assert not ended_clocks([south]).exists()
