"""Bring in the past of halls: office displays, a bank's calls, or tickets from a CSV file of one's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Refusal
from ruoshui.core.verbs import verb
from ruoshui.organization.actions import add_unit, define_hours
from ruoshui.organization.models import Calendar, Unit
from ruoshui.queues.actions.installing import BranchPlan, set_up_branch
from ruoshui.queues.history import DAY, HallHistory, Outcome, keep_learning, learn_at_night
from ruoshui.queues.models import Branch, Business, Queue, ServiceClass, Ticket, TicketSource
from ruoshui.replay.bank import PRIORITIES, read_calls
from ruoshui.replay.offices import read_offices
from ruoshui.replay.reading import read_rows

SHAPES = ("offices", "calls", "tickets")
COLUMNS = ("branch", "business", "joined_at", "called_at", "ended_at")


class HistoryRefused(Refusal):
    code, status = "history-refused", 422
    text = _("This history cannot be brought in: {why}")


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that happened in a hall, in order of time. `server`: who served, where that is known."""

    at: float
    branch: str
    what: str
    queue: str
    key: str = ""
    servers: int = 0
    server: str = ""
    group: str = ""
    announced: bool = True


def replay_halls(
    shape: str, source: Path, *, unit: Unit, zone: str = "", say: Callable[[str], None] = print
) -> dict[str, list[Outcome]]:
    """Returns what was announced and what became of it, by branch. Refuses what was brought in already."""
    heard = {"offices": _offices, "calls": _calls, "tickets": _tickets}[shape](source)
    events = sorted(heard, key=lambda one: one.at)
    if not events:
        raise HistoryRefused(why="there is nothing in it")
    zones = {"offices": "Europe/Warsaw", "calls": "Asia/Jerusalem"}
    halls, queues = _set_up(shape, events, unit, zone or zones.get(shape, "Asia/Shanghai"))
    _play(events, halls, queues, say)
    for hall in halls.values():
        hall.write()
        keep_learning(hall, at=hall.moment(events[-1].at))
    return {name: hall.outcomes for name, hall in halls.items()}


def _play(
    events: list[Heard], halls: dict[str, HallHistory], queues: dict[tuple[str, str], Queue], say: Callable[[str], None]
) -> None:
    day, written = -1.0, 0
    for one in events:
        if one.at // DAY != day:
            day = one.at // DAY
            written += sum(hall.write() for hall in halls.values())
            say(f"{datetime.fromtimestamp(one.at, UTC):%Y-%m-%d}: {written:,} customers")
            learn_at_night(list(halls.values()), one.at)
        hall, queue = halls[one.branch], queues[one.branch, one.queue]
        if one.what == "joined":
            hall.joined(one.key, queue, one.at, group=one.group, announced=one.announced)
        elif one.what == "duty":
            hall.on_duty(queue, one.servers, one.at)
        elif one.what == "began":
            hall.began(one.key, one.at, server=one.server)
        elif one.what == "gone":
            hall.gone(one.key, one.at)
        else:
            hall.ended(one.key, one.at)


@verb
def _set_up(
    shape: str, events: list[Heard], unit: Unit, zone: str
) -> tuple[dict[str, HallHistory], dict[tuple[str, str], Queue]]:
    """A unit, a branch, businesses and counters for each place in the history."""
    now = datetime.now(UTC)
    calendar = Calendar.objects.filter(code=f"history-{shape}").first()
    if calendar is None:
        values = {
            "code": f"history-{shape}",
            "name_zh": f"历史 {shape}",
            "name_en": f"History {shape}",
            "zone": ZoneInfo(zone).key,
        }
        calendar = configure(Calendar(), values, by=SYSTEM, at=now)
        define_hours(calendar, [(d, time(7), time(0)) for d in range(7)], by=SYSTEM, at=now)
    names: dict[str, dict[str, int]] = {}
    for one in events:
        known = names.setdefault(one.branch, {})
        known[one.queue] = max(known.get(one.queue, 1), one.servers)
    classes = _classes(shape, now)
    halls: dict[str, HallHistory] = {}
    queues: dict[tuple[str, str], Queue] = {}
    for number, (name, duty) in enumerate(sorted(names.items()), 1):
        branch = _branch(shape, name, number, duty, classes, unit, calendar, now)
        halls[name] = HallHistory(branch)
        made = branch.queues.select_related("business", "service_class").order_by("pk")
        queues |= {(name, label): queue for label, queue in zip(duty, made, strict=True)}
    return halls, queues


def _classes(shape: str, now: datetime) -> dict[str, ServiceClass]:
    """The bank's second priority was put forward by a minute and a half: two minutes in whole ones."""
    wanted = {"": ("history", "客户", "Customers", 0)}
    if shape == "calls":
        wanted |= {p: (f"history-p{p}", f"优先级 {p}", f"Priority {p}", 2 if p == "2" else 0) for p in PRIORITIES}
    found = {}
    for key, (code, zh, en, bonus) in wanted.items():
        known = ServiceClass.objects.filter(code=code).first() or ServiceClass()
        values = {"code": code, "name_zh": zh, "name_en": en, "bonus_minutes": bonus, "tier_rank": None}
        found[key] = known if known.pk else configure(known, values, by=SYSTEM, at=now)
    return found


def _branch(
    shape: str,
    name: str,
    number: int,
    duty: dict[str, int],
    classes: dict[str, ServiceClass],
    unit: Unit,
    calendar: Calendar,
    now: datetime,
) -> Branch:
    code = slugify(f"{shape}-{name}", allow_unicode=False)[:45] or f"{shape}-{number}"
    if Unit.objects.filter(code=code).exists():
        raise HistoryRefused(why=f"{code} was brought in before")
    place = add_unit(code=code, name_zh=name[:120], name_en=name[:120], parent=unit, by=SYSTEM, at=now)
    type = CaseType.objects.filter(is_active=True).order_by("position").first()
    if type is None:
        raise HistoryRefused(why="there is no case type yet")
    plan_queues: list[tuple[str, str, str]] = []
    counters: dict[int, tuple[list[str], list[str]]] = {}
    first = 1
    for i, (label, most) in enumerate(duty.items()):
        business, _sep, priority = label.partition("/")
        own = _business(shape, business, type, now)
        prefix = _letters(i)
        plan_queues.append((own.code, classes[priority].code, prefix))
        if shape == "offices":  # each queue of an office has counters of its own
            counters |= {first + n: ([prefix], []) for n in range(most)}
            first += most
    if shape != "offices":
        every = [prefix for _business_code, _class, prefix in plan_queues]
        counters = {n: (every, []) for n in range(1, 13)}
    return set_up_branch(
        place, BranchPlan(plan_queues, counters, {"calendar": calendar, "slot_places": 0}), by=SYSTEM, at=now
    )


def _business(shape: str, name: str, type: CaseType, now: datetime) -> Business:
    code = slugify(f"{shape}-{name}")[:50] or shape
    known = Business.objects.filter(code=code).first()
    minutes = 3 if shape == "calls" else 10
    values = {"code": code, "name_zh": name[:120], "name_en": name[:120], "type": type, "usual_minutes": minutes}
    return known or configure(Business(), values, by=SYSTEM, at=now)


def _letters(number: int) -> str:
    return chr(65 + number) if number < 26 else chr(64 + number // 26) + chr(65 + number % 26)


def _offices(folder: Path) -> Iterator[Heard]:
    for office, queues in read_offices(folder).items():
        for queue, rows in queues.items():
            for seen in rows:
                what = "duty" if seen.what == "open" else seen.what
                key = f"{office}/{queue}/{seen.number}"
                yield Heard(seen.at, office, what, queue, key, servers=seen.counters, group=office)


def _calls(folder: Path) -> Iterator[Heard]:
    begin = datetime(1999, 1, 1, tzinfo=UTC).timestamp()
    kinds: dict[int, str] = {}
    for call in read_calls(folder):
        kind = kinds.setdefault(call.key, call.kind) if call.kind else kinds[call.key]
        yield Heard(
            begin + call.at,
            "calls",
            call.what,
            f"{kind[:2]}/{kind[2]}",
            str(call.key),
            server=call.server,
            group=kind[:2],
            announced=call.queued,
        )


def _tickets(file: Path) -> Iterator[Heard]:
    """A row a customer: branch, business, joined_at, called_at (empty: left), ended_at; and class, counter."""
    for number, row in read_rows(file):
        missing = [name for name in COLUMNS if name not in row]
        if missing:
            raise HistoryRefused(why=f"the columns {', '.join(missing)} are missing")
        try:
            times = {name: _seconds(row[name]) for name in ("joined_at", "called_at", "ended_at")}
        except ValueError as wrong:
            raise HistoryRefused(why=f"line {number}: {wrong}") from wrong
        joined, called, ended = times["joined_at"], times["called_at"], times["ended_at"]
        if joined is None or (called is not None and called < joined):
            raise HistoryRefused(why=f"line {number}: joined_at must be there, and called_at not before it")
        place, key = (row["branch"].strip(), row["business"].strip()), str(number)
        yield Heard(joined, place[0], "joined", place[1], key, group=place[0])
        if called is None:
            yield Heard(max(joined, ended or joined + 60), place[0], "gone", place[1], key)
        else:
            yield Heard(called, place[0], "began", place[1], key, server=row.get("counter", ""))
            yield Heard(max(called, ended or called + 60), place[0], "ended", place[1], key)


def _seconds(text: str) -> float | None:
    """Local time, "2026-03-04 10:00" or with seconds, as seconds of the branch's own clock."""
    return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC).timestamp() if text.strip() else None


def brought_in(branch: Branch) -> int:
    return Ticket.objects.filter(branch=branch, source=TicketSource.HISTORY).count()
