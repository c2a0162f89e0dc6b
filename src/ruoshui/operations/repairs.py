"""What older versions left wrong in the data: found by the doctor, put right with --fix where a program can.

A new repair is a function that finds, and one that fixes a thing or says why a person has to: add it to `REPAIRS`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ruoshui.cases.actions import hold_ignored_letter, judged_again, left_out_before, reopen_case, survivor_of
from ruoshui.cases.models import Case, CaseState
from ruoshui.channels.models import LetterIn
from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Refusal
from ruoshui.operations.findings import BAD, LOOK, OK, Findings
from ruoshui.sla.actions.mending import call_not_reached
from ruoshui.sla.mistaken import wrongly_kept
from ruoshui.sla.models import Clock

MOST_NAMED, MAILS_LOOKED_AT = 10, timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A thing of which nobody can tell whether it is wrong."""

    thing: Any


@dataclass(frozen=True, slots=True)
class Repair:
    """`fix` puts one thing right; it raises a refusal that says why it cannot. `name` is how people call the thing.
    `find` may bring `Unknown` things too; `beyond` says of what it does not look at, where something is wrong.
    """

    what: str
    well: str
    find: Callable[[], Iterable[Any]]
    fix: Callable[[Any, datetime], None]
    name: Callable[[Any], str]
    beyond: Callable[[], Findings] = lambda: iter(())


def wrongly_ignored() -> Iterator[Any]:
    """Mails that the present rules would not leave out. Of the last 90 days: nobody waits for an answer to older ones,
    and each has to be read again.
    """
    for letter, is_wrong in judged_again(timezone.now() - MAILS_LOOKED_AT):
        if is_wrong is None:
            yield Unknown(letter)
        elif is_wrong:
            yield letter


def older_mails() -> Findings:
    count = left_out_before(timezone.now() - MAILS_LOOKED_AT)
    if count:
        told = f"{count} older mails were left out as from machines, and are not read again"
        yield LOOK, told, "look at each in the post room, under “from machines”"


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
        older_mails,
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
        yield from _examined(repair, now, fix=fix)


def _examined(repair: Repair, now: datetime, *, fix: bool) -> Findings:
    """One by one, so that what cannot be fixed does not hold up the rest; none is kept but by name."""
    count = Counter[str]()
    names: dict[str, list[str]] = {"found": [], "left": [], "unknown": []}

    def note(what: str, thing: Any, why: object = "") -> None:
        count[what] += 1
        if len(names[what]) < MOST_NAMED or what == "left":  # what is left is listed whole: a person goes through it
            names[what].append(f"{repair.name(thing)} ({why})" if why else repair.name(thing))

    for one in repair.find():
        if isinstance(one, Unknown):
            note("unknown", one.thing)
            continue
        note("found", one)
        try:
            if fix:
                repair.fix(one, now)
        except Refusal as why:
            note("left", one, why)
    yield from _told(repair, count, names, fix=fix)
    if count["unknown"]:
        told = f"{count['unknown']} could not be read, so nobody can tell whether {repair.what}"
        yield LOOK, told, f"look at each: {_some(names['unknown'], count['unknown'])}"
    if count["found"]:
        yield from repair.beyond()


def _told(repair: Repair, count: Mapping[str, int], names: Mapping[str, list[str]], *, fix: bool) -> Findings:
    if not count["found"]:
        yield OK, repair.well, ""
    elif not fix:
        yield (
            BAD,
            f"{count['found']} {repair.what}: {_some(names['found'], count['found'])}",
            "run: ruoshui doctor --fix",
        )
    elif count["left"] < count["found"]:
        yield OK, f"put right: {count['found'] - count['left']} {repair.what}", ""
    if count["left"]:
        yield BAD, f"left: {count['left']} {repair.what}", "look at each: " + ", ".join(names["left"])


def _some(names: list[str], count: int) -> str:
    return ", ".join(names) + (" …" if count > len(names) else "")
