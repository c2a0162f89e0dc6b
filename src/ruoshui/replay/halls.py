"""Bring in the past of halls: office displays, a bank's calls, or tickets from a CSV file of one's own."""

from collections.abc import Callable
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
from ruoshui.queues.history import DAY, AnnouncementOutcome, HallHistory, keep_learning, learn_at_night
from ruoshui.queues.models import Branch, Business, Queue, ServiceClass, Ticket, TicketSource
from ruoshui.replay.bank import PRIORITIES
from ruoshui.replay.hearing import READERS, HallEvent
from ruoshui.replay.reading import RefusedRow

MOST_NAMED = 20  # refused lines that are told one by one


class HistoryRefused(Refusal):
    code, status = "history-refused", 422
    text = _("This history cannot be brought in: {why}")


def replay_halls(
    shape: str, source: Path, *, unit: Unit, zone: str = "", say: Callable[[str], None] = print
) -> dict[str, list[AnnouncementOutcome]]:
    """Returns what was announced and what became of it, by branch. Says which lines cannot be used. Refuses what was
    brought in already.
    """
    refused: list[RefusedRow] = []
    events = sorted(READERS[shape](source, refused), key=lambda one: one.at)
    for row in refused[:MOST_NAMED]:
        say(_("line %(line)s is refused: %(reason)s") % {"line": row.line, "reason": row.reason})
    if len(refused) > MOST_NAMED:
        say(_("… and %s lines more") % f"{len(refused) - MOST_NAMED:,}")
    if not events:
        raise HistoryRefused(why=_("there is nothing in it"))
    zones = {"offices": "Europe/Warsaw", "calls": "Asia/Jerusalem"}
    halls, queues = _set_up(shape, events, unit, zone or zones.get(shape, "Asia/Shanghai"))
    _play(events, halls, queues, say)
    for hall in halls.values():
        hall.write()
        keep_learning(hall, at=hall.moment(events[-1].at))
    return {name: hall.outcomes for name, hall in halls.items()}


def _play(
    events: list[HallEvent],
    halls: dict[str, HallHistory],
    queues: dict[tuple[str, str], Queue],
    say: Callable[[str], None],
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
    shape: str, events: list[HallEvent], unit: Unit, zone: str
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
        raise HistoryRefused(why=_("%s was brought in before") % code)
    place = add_unit(code=code, name_zh=name[:120], name_en=name[:120], parent=unit, by=SYSTEM, at=now)
    type = CaseType.objects.filter(is_active=True).order_by("position").first()
    if type is None:
        raise HistoryRefused(why=_("there is no case type yet"))
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


def brought_in(branch: Branch) -> int:
    return Ticket.objects.filter(branch=branch, source=TicketSource.HISTORY).count()
