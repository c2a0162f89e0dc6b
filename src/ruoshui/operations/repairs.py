"""What older versions left wrong in the data: found by the doctor, put right with --fix where a program can.

A new repair is a function that finds, and one that fixes a thing or says why a person has to: add it to `REPAIRS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from ruoshui.cases.actions import hold_ignored_letter, reopen_case, survivor_of, wrongly_ignored
from ruoshui.cases.models import Case, CaseState
from ruoshui.channels.models import LetterIn
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Refusal
from ruoshui.operations.findings import BAD, OK, Findings
from ruoshui.sla.actions.mending import call_not_reached
from ruoshui.sla.mistaken import wrongly_kept
from ruoshui.sla.models import Clock

MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Repair:
    """`fix` puts one thing right; it raises a refusal that says why it cannot. `name` is how people call the thing."""

    what: str
    well: str
    find: Callable[[], Iterable[Any]]
    fix: Callable[[Any, datetime], None]
    name: Callable[[Any], str]


def lost_in_mergers() -> list[Case]:
    """Cases that were open when they were merged into one that had ended, which nobody reopened since."""
    found = []
    merged = Case.objects.filter(merged_into__isnull=False).exclude(merged_into__state__in=["open", "waiting"])
    for case in merged.select_related("merged_into").order_by("pk"):
        survivor = survivor_of(case)
        when = _last(case, "cases.merged")
        if survivor.is_active or when is None or survivor.closed_at is None or survivor.closed_at >= when.at:
            continue
        if _was_open(case, when):
            found.append(case)
    return found


def _last(case: Case, *kinds: str) -> RecordedEvent | None:
    events = RecordedEvent.objects.filter(about_kind="cases.case", about_id=case.pk, at__gte=case.opened_at)
    return events.filter(kind__in=kinds).order_by("-at", "-id").first()


def _was_open(case: Case, merged: RecordedEvent) -> bool:
    before = RecordedEvent.objects.filter(
        about_kind="cases.case",
        about_id=case.pk,
        at__gte=case.opened_at,
        at__lte=merged.at,
        kind__in=("cases.opened", "cases.closed", "cases.resolved", "cases.reopened"),
    )
    last = before.order_by("-at", "-id").first()
    return last is None or last.kind in ("cases.opened", "cases.reopened")


def _reopen(case: Case, at: datetime) -> None:
    survivor = survivor_of(case)
    if survivor.state in (CaseState.CLOSED, CaseState.RESOLVED):
        reopen_case(survivor, reason=case.number, by=SYSTEM, at=at)


def _not_reached(clock: Clock, at: datetime) -> None:
    call_not_reached(clock, by=SYSTEM, at=at)


def _hold(letter: LetterIn, at: datetime) -> None:
    hold_ignored_letter(letter, by=SYSTEM, at=at)


REPAIRS = (
    Repair(
        "mails were left out as from machines that a person may have written",
        "no mail was left out that a person may have written",
        wrongly_ignored,
        _hold,
        lambda letter: f"{letter.received_at:%Y-%m-%d} {letter.sender}",
    ),
    Repair(
        "limits are counted as kept that were never reached",
        "no limit is counted as kept that was never reached",
        lambda: wrongly_kept().select_related("case", "request").order_by("pk").iterator(),
        _not_reached,
        lambda clock: f"{clock.about.number} {clock.milestone or clock.target}",
    ),
    Repair(
        "open cases were merged into closed ones, and nobody has them",
        "no open case was merged into a closed one",
        lost_in_mergers,
        _reopen,
        lambda case: case.number,
    ),
)


def examine_data(*, fix: bool = False, repairs: Iterable[Repair] = REPAIRS) -> Findings:
    now = timezone.now()
    for repair in repairs:
        found = list(repair.find())
        if not found:
            yield OK, repair.well, ""
        elif not fix:
            names = ", ".join(repair.name(one) for one in found[:MOST_NAMED])
            more = " …" if len(found) > MOST_NAMED else ""
            yield BAD, f"{len(found)} {repair.what}: {names}{more}", "run: ruoshui doctor --fix"
        else:
            yield from _fixed(repair, found, now)


def _fixed(repair: Repair, found: list[Any], now: datetime) -> Findings:
    """One by one, so that what cannot be fixed does not hold up the rest; all that is left is listed."""
    left = []
    for one in found:
        try:
            repair.fix(one, now)
        except Refusal as why:
            left.append(f"{repair.name(one)} ({why})")
    if len(left) < len(found):
        yield OK, f"put right: {len(found) - len(left)} {repair.what}", ""
    if left:
        yield BAD, f"left: {len(left)} {repair.what}", "look at each: " + ", ".join(left)
