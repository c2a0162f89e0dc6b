"""What older versions left wrong is found, put right once, and the rest listed."""

from datetime import timedelta

import pytest

from ruoshui.cases.actions import close_case, merge_cases, reply_case, survivor_of
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import CannotMerge
from ruoshui.operations.findings import BAD, OK
from ruoshui.operations.repairs import Repair, examine_data, lost_in_mergers
from ruoshui.sla.mistaken import wrongly_kept
from ruoshui.sla.models import Clock
from tests.conftest import NOW


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


def old_fault(case):
    """As the version before wrote it."""
    Clock.objects.filter(case=case).update(not_reached=False)


def test_limits_counted_kept_that_were_never_reached_are_found_and_put_right(opened, chen):
    wrong, right = opened("connection", form={"address": "高新区", "use": "工业"}), opened()
    close_case(wrong, outcome="withdrawn", by=chen, at=NOW)
    reply_case(right, body="好", by=chen, at=NOW)
    close_case(right, outcome="solved", by=chen, at=NOW)
    old_fault(wrong)
    number = Clock.objects.filter(case=wrong).count()
    (_mails, found, _merged) = examine_data()
    assert (found[0], found[1].split(" ")[0], found[2]) == (BAD, str(number), "run: ruoshui doctor --fix")
    assert wrong.number in found[1]
    assert [one[0] for one in examine_data(fix=True)] == [OK, OK, OK]
    assert {one.state for one in Clock.objects.filter(case=wrong)} == {"not_reached"}
    assert list(wrongly_kept()) == []
    assert [one[0] for one in examine_data()] == [OK, OK, OK]
    assert {one.state for one in Clock.objects.filter(case=right, target="resolution")} == {"kept"}


def test_an_open_case_lost_in_a_closed_one_is_found_and_its_survivor_reopened(opened, chen):
    survivor, other, done = opened(), opened(), opened()
    merge_cases(survivor, other, by=chen, at=NOW + timedelta(hours=2))
    # The version before took in a case also when it had ended itself.
    close_case(survivor, outcome="solved", summary="好", by=chen, at=NOW + timedelta(hours=1))
    Case.objects.filter(pk=survivor.pk).update(closed_at=NOW + timedelta(hours=1))
    close_case(done, outcome="solved", summary="好", by=chen, at=NOW)
    assert lost_in_mergers() == [other]
    assert [one[0] for one in examine_data(fix=True)] == [OK, OK, OK]
    assert survivor_of(Case.objects.get(pk=other.pk)).state == "open"
    assert lost_in_mergers() == []


def test_a_case_closed_after_a_merger_is_not_lost(opened, chen):
    survivor, other = opened(), opened()
    merge_cases(survivor, other, by=chen, at=NOW)
    close_case(survivor, outcome="solved", summary="好", by=chen, at=NOW + timedelta(hours=1))
    assert lost_in_mergers() == []


def test_what_cannot_be_fixed_is_listed_and_holds_up_nothing(db):
    done = []

    def fix(one, at):
        if one == 2:
            raise CannotMerge
        done.append(one)

    repair = Repair("things are wrong", "all is well", lambda: [1, 2, 3], fix, str)
    put_right, left = examine_data(fix=True, repairs=[repair])
    assert (put_right[0], put_right[1], done) == (OK, "put right: 2 things are wrong", [1, 3])
    assert (left[0], left[1]) == (BAD, "left: 1 things are wrong")
    assert left[2].startswith("look at each: 2 (")
