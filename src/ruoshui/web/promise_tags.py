"""What templates say of cases, clocks, requests and explanations: words, icons, kinds."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ruoshui.cases.models import Case, CaseState
from ruoshui.sla.drafts import TermDraft
from ruoshui.sla.explaining import CLOSED, PAUSED, RAN, ClockStretch
from ruoshui.sla.models import Clock, InternalRequest, PauseReason, RequestState, Strategy, Target, Term
from ruoshui.sla.queries import SOON
from ruoshui.sla.spans import FINISHED
from ruoshui.web.tags import duration, minutes

register = template.Library()
COUNTED = 999  # of what is counted up to a limit


# icons: circle-dot, player-pause, check, circle-check, flame, chevron-up, minus, chevron-down, clock
# icons: hourglass, alert-triangle, shield-check, shield-minus, shield-x
STATE_LOOK = {
    CaseState.OPEN: ("circle-dot", "open"),
    CaseState.WAITING: ("player-pause", "waiting"),
    CaseState.RESOLVED: ("check", "resolved"),
    CaseState.CLOSED: ("circle-check", "closed"),
}


@register.inclusion_tag("parts/badge.html")
def state_badge(case: Case) -> dict[str, Any]:
    look, kind = STATE_LOOK[CaseState(case.state)]
    return {"icon_name": look, "kind": kind, "word": case.get_state_display()}


PRIORITY_ICONS = {"urgent": "flame", "high": "chevron-up", "normal": "minus", "low": "chevron-down"}


@register.inclusion_tag("parts/badge.html")
def priority_badge(case: Case) -> dict[str, Any]:
    return {
        "icon_name": PRIORITY_ICONS.get(case.priority, "minus"),
        "kind": f"priority-{case.priority}",
        "word": case.get_priority_display(),
    }


@register.inclusion_tag("parts/promise.html")
def promise(case: Case) -> dict[str, Any]:
    """The row's promise: what time is left, in words, with an icon of its own for each state."""
    now = timezone.now()
    if case.state == CaseState.WAITING and case.due is None:
        return {"kind": "paused", "icon_name": "player-pause", "word": _("paused"), "due": None}
    if not case.is_active:
        return {"kind": "done", "icon_name": "check", "word": case.get_state_display(), "due": None}
    if case.due is None:
        return {"kind": "none", "icon_name": "minus", "word": _("no promise"), "due": None}
    return _time_left(case.due, now)


def _time_left(due: datetime, now: datetime) -> dict[str, Any]:
    left = due - now
    if left < timedelta(0):
        word = _("%(time)s late") % {"time": duration(left)}
        return {"kind": "late", "icon_name": "alert-triangle", "due": due, "word": word}
    kind = "soon" if left < SOON else "good"
    word = _("%(time)s left") % {"time": duration(left)}
    return {"kind": kind, "icon_name": "clock" if kind == "good" else "hourglass", "due": due, "word": word}


@register.inclusion_tag("parts/promise.html")
def clock_promise(clock: Clock) -> dict[str, Any]:
    """What time is left on one clock; what became of it once it has ended."""
    if clock.ended_at is not None or clock.due_at is None:
        look, kind = CLOCK_LOOK[clock.state]
        return {"kind": kind, "icon_name": look, "word": clock_word(clock), "due": clock.due_at}
    return _time_left(clock.due_at, timezone.now())


# icons: send, hand-grab, arrow-back-up, check, x
REQUEST_LOOK = {
    RequestState.ASKED: ("send", "open"),
    RequestState.ACCEPTED: ("hand-grab", "open"),
    RequestState.RETURNED: ("arrow-back-up", "soon"),
    RequestState.DONE: ("check", "good"),
    RequestState.WITHDRAWN: ("x", "closed"),
}


@register.inclusion_tag("parts/badge.html")
def request_badge(asked: InternalRequest) -> dict[str, Any]:
    look, kind = REQUEST_LOOK[RequestState(asked.state)]
    return {"icon_name": look, "kind": kind, "word": asked.get_state_display()}


@register.filter
def capped(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)


@register.filter
def conditions(row: Strategy) -> str:
    """What a row of the strategy asks for, in words."""
    asked = [
        row.tier.name if row.tier else "",
        row.type.name if row.type else "",
        row.get_priority_display() if row.priority else "",
        row.get_channel_display() if row.channel else "",
        row.unit.name if row.unit else "",
    ]
    return " · ".join(filter(None, asked)) or _("everything else")


@register.filter
def condition(name: str) -> str:
    """What a row of the strategy looks at."""
    return {
        "tier": _("customer tier"),
        "type": _("case type"),
        "priority": _("priority"),
        "channel": _("channel"),
        "unit": _("unit"),
        "level": _("published level"),
    }[name]


# icons: player-play, player-pause, beach, moon
LINE_ICONS = {RAN: "player-play", PAUSED: "player-pause", CLOSED: "moon"}


@register.filter
def line_icon(line: ClockStretch) -> str:
    return "beach" if line.kind == CLOSED and line.names else LINE_ICONS[line.kind]


@register.filter
def line_word(line: ClockStretch) -> str:
    """Why a stretch of time counted, or did not."""
    if line.kind == RAN:
        return _("counted") + (f" · {', '.join(line.names)}" if line.names else "")
    if line.kind == CLOSED:
        words = {"weekend": _("weekend"), "hours": _("outside working hours")}
        return ", ".join(line.names) or words[line.reason]
    if line.reason == FINISHED:
        return _("settled meanwhile")
    return _("paused: %(reason)s") % {"reason": PauseReason(line.reason).label}


@register.filter
def stretch(line: ClockStretch) -> str:
    """ "3月4日 10:00–12:00", with the second date where it is another day."""
    begin, end = timezone.localtime(line.begin), timezone.localtime(line.end)
    first = f"{day_text(begin)} {begin:%H:%M}"
    if begin.date() == end.date():
        return f"{first}–{end:%H:%M}"
    return f"{first} – {day_text(end)} {end:%H:%M}"


def day_text(at: datetime) -> str:
    form = "MONTH_DAY_FORMAT" if at.year == timezone.localtime().year else "DATE_FORMAT"
    return f"{formats.date_format(at.date(), form)} {formats.date_format(at.date(), 'D')}"


@register.filter
def seconds(amount: int) -> str:
    """Working time to the second, in hours and minutes: a working day is not 24 hours."""
    whole, rest = divmod(abs(int(amount)), 60)
    if whole == 0 and rest:
        return _("%(s)s s") % {"s": rest}
    return minutes(whole)


CLOCK_LOOK = {
    "kept": ("shield-check", "good"),
    "broken": ("shield-x", "late"),
    "not_reached": ("shield-minus", "closed"),
    "paused": ("player-pause", "paused"),
    "running": ("clock", "soon"),
}


@register.filter
def clock_icon(clock: Clock) -> str:
    return CLOCK_LOOK[clock.state][0]


@register.filter
def clock_kind(clock: Clock) -> str:
    late = clock.state == "running" and clock.due_at is not None and clock.due_at < timezone.now()
    return "late" if late else CLOCK_LOOK[clock.state][1]


@register.filter
def clock_word(clock: Clock) -> str:
    words = {"kept": _("kept"), "broken": _("broken"), "paused": _("paused"), "running": _("running")}
    return words.get(clock.state) or _not_reached(clock)


def _not_reached(clock: Clock) -> str:
    return _("not given") if clock.target in (Target.FIRST_RESPONSE, Target.UPDATE) else _("not reached")


@register.filter
def worktime(amount: int) -> str:
    """As `minutes`, but whole working days of eight hours as such: for customers."""
    days, rest = divmod(amount, 8 * 60)
    if days and not rest:
        return days_text(days)
    return minutes(amount)


@register.filter
def limit(term: Term) -> str:
    """How long a term is: "3 working days", "4 h"."""
    return days_text(term.days) if term.days else minutes(term.minutes)


@register.filter
def limit_plain(term: Term) -> str:
    """For customers: "3 working days", "4 h of working time"."""
    if term.days or term.minutes % (8 * 60) == 0:
        return days_text(term.days) if term.days else worktime(term.minutes)
    return _("%(time)s of working time") % {"time": minutes(term.minutes)}


def days_text(days: int) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", days) % {"n": days}


@register.filter
def time_unit(term: TermDraft) -> str:
    """In what it is best written."""
    if term.days:
        return "days"
    return "minutes" if term.minutes % 60 else "hours"


@register.filter
def amount(term: TermDraft) -> int:
    return term.days or (term.minutes if term.minutes % 60 else term.minutes // 60)


@register.filter
def pause_word(code: str) -> str:
    return str(PauseReason(code).label)
