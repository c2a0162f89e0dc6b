"""Random days: whatever is done to cases in whatever order, what we say stays true.

No promise in the past, none kept that was not reached, each change told once, nobody's need without holder or outcome.
"""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from ruoshui.cases import actions
from ruoshui.cases.models import Case, Message, Outcome, WaitReason
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Refusal
from ruoshui.organization.actions import define_special_day
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions import promise_again, reach_milestone, resume_due_cases, sweep_clocks
from ruoshui.sla.actions.redating import redate_clocks
from ruoshui.sla.actions.telling import TOLD
from ruoshui.sla.models import Clock
from tests.conftest import at

STEPS = 22
SETTLES = ("solved", "explained", "refused")


class Day:
    """One world in which things happen in random order; `now` only goes forward."""

    def __init__(self, seed, demo, opened):
        self.random, self.demo, self.opened = Random(seed), demo, opened
        self.now = at("2026-03-02 08:00")
        self.cases = [opened(at=self.now), opened("connection", form={"address": "东湖", "use": "工业"}, at=self.now)]
        self.by = demo.staff["lead"].actor

    def case(self):
        return Case.objects.select_related("unit", "customer", "type").get(pk=self.random.choice(self.cases).pk)

    def step(self):
        self.now += timedelta(minutes=self.random.choice([1, 7, 45, 180, 600, 1440, 4000]))
        resume_due_cases(self.now)
        sweep_clocks(self.now)
        verb = self.random.choice(VERBS)
        try:
            with transaction.atomic():
                verb(self)
        except Refusal:
            return verb.__name__ + " refused"
        return verb.__name__

    def do(self):
        return {"by": self.by, "at": self.now}


def open_one(day):
    day.cases.append(day.opened(at=day.now))


def answer(day):
    actions.reply_case(day.case(), body="答复", **day.do())


def note_of_customer(day):
    case = day.case()
    actions.reply_as_customer(case, body="还没好", by=case.customer.actor, at=day.now)


def pause(day):
    until = day.random.choice([None, day.now + timedelta(hours=30)])
    actions.pause_case(day.case(), reason=day.random.choice(WaitReason.values), until=until, **day.do())


def resume(day):
    actions.resume_case(day.case(), **day.do())


def hand_on(day):
    units = [day.demo.units[code] for code in ("city", "network", "field", "province")]
    actions.pass_case(day.case(), to=day.random.choice(units), reason="属地", **day.do())


def merge(day):
    actions.merge_cases(day.case(), day.case(), reopen=day.random.random() < 0.5, **day.do())


def split_back(day):
    merged = [one for one in Case.objects.filter(pk__in=[case.pk for case in day.cases]) if one.merged_into_id]
    if merged:
        actions.split_back(day.random.choice(merged), **day.do())


def resolve(day):
    actions.resolve_case(day.case(), **day.do())


def close(day):
    outcome = day.random.choice([one for one in Outcome.values if one != Outcome.MERGED])
    actions.close_case(day.case(), outcome=outcome, summary=day.random.choice(["", "已办"]), **day.do())


def reopen(day):
    actions.reopen_case(day.case(), reason="没好", **day.do())


def promise(day):
    level = day.demo.levels[day.random.choice(["1a", "2a", "3a", "4a", "5a"])]
    promise_again(day.case(), level, reason="急", afresh=day.random.random() < 0.5, **day.do())


def reach(day):
    reach_milestone(day.case(), day.random.choice(["survey", "plan"]), **day.do())


def edit_calendar(day):
    office = Calendar.objects.get(code="office")
    date = (day.now + timedelta(days=day.random.randint(0, 6))).date()
    nine, noon = at("2026-03-02 06:00").time(), at("2026-03-02 23:00").time()
    define_special_day(office, date, day.random.choice([[], [(nine, noon)]]), by=SYSTEM, at=day.now)
    redate_clocks(office, at=day.now)


VERBS = [open_one, answer, note_of_customer, pause, resume, hand_on, merge, split_back, resolve, close, reopen]
VERBS += [promise, reach, edit_calendar]


def notices(pks):
    return {pk: Message.objects.filter(case_id=pk, kind="notice").count() for pk in pks}


def look(day, what, before):
    for case in Case.objects.filter(pk__in=[one.pk for one in day.cases]):
        clocks = list(Clock.objects.filter(case=case).select_related("term"))
        told_now = Message.objects.filter(case=case, kind="notice").count() - before.get(case.pk, 0)
        assert told_now <= 1, f"{what}: told {told_now} times"
        for clock in clocks:
            if clock.is_running and clock.broken_at is None:
                assert clock.due_at >= day.now, f"{what}: {clock.target} is due in the past and not broken"
            if clock.is_running and clock.target in TOLD and clock.due_at > day.now and not clock.broken_at:
                assert _minute(clock.told_due) == _minute(clock.due_at), f"{what}: a change of {clock.target} is untold"
            if clock.state == "kept":
                assert _was_reached(case, clock), f"{what}: {clock.target} {clock.milestone} kept, never reached"
        _has_holder_or_outcome(case, what)


def _minute(moment):
    return moment.replace(second=0, microsecond=0) if moment else None


def _was_reached(case, clock):
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk)
    if clock.target == "first_response":
        return case.first_replied_at is not None
    if clock.target == "milestone":
        return events.filter(kind="sla.milestone_reached", data__milestone=clock.milestone).exists()
    if clock.target == "resolution":
        closed = events.filter(kind="cases.closed", data__outcome__in=SETTLES)
        return closed.exists() or events.filter(kind="cases.resolved").exists()
    return events.filter(kind__in=["cases.replied", "cases.closed"]).exists()


def _has_holder_or_outcome(case, what):
    end = actions.survivor_of(case)
    if end.is_active:
        return
    assert end.state == "resolved" or end.closure.outcome != "merged", f"{what}: {case.number} is with nobody"


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_what_we_promise_stays_true(demo, opened, seed):
    day = Day(seed, demo, opened)
    for n in range(STEPS):
        before = notices([one.pk for one in day.cases])
        look(day, f"seed {seed} step {n} {day.step()}", before)
