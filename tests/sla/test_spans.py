"""Spans are a pure function of the facts; replaying them agrees with keeping a stopwatch."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from ruoshui.sla.reckoning import due_after, used_by
from ruoshui.sla.spans import FINISHED, Correction, Fact, cut, spans_of

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
PAUSES = {"customer", "parts", FINISHED}
ALWAYS = SimpleNamespace(of=lambda unit: None)


def minute(n):
    return BEGIN + timedelta(minutes=n)


def runs(spans):
    return [span for span in spans if span.wait not in PAUSES]


class Stopwatch:
    """The incremental way, as other systems do it: what is left is carried from event to event."""

    def __init__(self, seconds):
        self.left, self.wait, self.ended, self.since = seconds, "", False, BEGIN
        self.due = BEGIN + timedelta(seconds=seconds)

    @property
    def stands(self):
        return self.ended or self.wait in PAUSES

    def happen(self, fact):
        stood, used_up = self.stands, self.due is not None and self.due <= fact.at
        if fact.wait is not None:
            self.wait = fact.wait
        if fact.ended is not None:
            self.ended, self.wait = fact.ended, ""
        if used_up or stood == self.stands:
            return
        if self.stands:
            self.left -= int((fact.at - self.since).total_seconds())
            self.due = None
        else:
            self.since = fact.at
            self.due = fact.at + timedelta(seconds=self.left)


@st.composite
def histories(draw):
    """Facts in order, several in one minute too: waits for any reason, finishes, reopenings, hand-overs."""
    at, facts = 0, []
    for _n in range(draw(st.integers(0, 12))):
        at += draw(st.integers(0, 300))
        kind = draw(st.sampled_from(["wait", "go", "end", "reopen", "pass"]))
        values = {
            "wait": {"wait": draw(st.sampled_from(["customer", "parts", "internal"]))},
            "go": {"wait": ""},
            "end": {"ended": True},
            "reopen": {"ended": False},
            "pass": {"unit": draw(st.integers(1, 3))},
        }[kind]
        facts.append(Fact(minute(at), **values))
    return facts


@given(histories(), st.integers(1, 2000))
def test_replaying_the_facts_agrees_with_a_stopwatch_after_each_of_them(facts, minutes):
    watch = Stopwatch(minutes * 60)
    for n, fact in enumerate(facts, 1):
        watch.happen(fact)
        replayed = due_after(runs(spans_of(BEGIN, 1, facts[:n])), ALWAYS, minutes * 60)
        assert replayed == watch.due


@given(histories())
def test_spans_leave_no_gap_and_do_not_overlap(facts):
    spans = spans_of(BEGIN, 1, facts)
    assert spans[0].begin == BEGIN
    assert spans[-1].end is None
    assert all(before.end == after.begin for before, after in zip(spans, spans[1:], strict=False))


@given(histories(), st.integers(0, 3000), st.integers(1, 500))
def test_a_correction_takes_just_its_own_time(facts, begin, length):
    """What ran in the corrected time runs no more; nothing else changes, and nothing finished comes back."""
    correction = Correction(minute(begin), minute(begin + length), "customer")
    before, after = spans_of(BEGIN, 1, facts), spans_of(BEGIN, 1, facts, [correction])
    until = minute(10_000)
    inside = used_by(runs(cut(before, correction.begin, correction.end)), ALWAYS, until)
    assert used_by(runs(after), ALWAYS, until) == used_by(runs(before), ALWAYS, until) - inside
    assert all(a.end == b.begin for a, b in zip(after, after[1:], strict=False))


def test_a_row_of_spans_tells_who_held_it_and_why_it_waited():
    facts = [
        Fact(minute(10), wait="customer"),
        Fact(minute(20), unit=2),
        Fact(minute(30), wait=""),
        Fact(minute(40), ended=True),
        Fact(minute(50), ended=False),
    ]
    told = [(s.begin, s.unit, s.wait) for s in spans_of(BEGIN, 1, facts)]
    assert told == [
        (minute(0), 1, ""),
        (minute(10), 1, "customer"),
        (minute(20), 2, "customer"),
        (minute(30), 2, ""),
        (minute(40), 2, FINISHED),
        (minute(50), 2, ""),
    ]
