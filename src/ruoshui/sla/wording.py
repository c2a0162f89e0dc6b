"""Promises in words that a customer reads."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from ruoshui.sla.models import Clock, LevelVersion


def promise_text(version: LevelVersion, clocks: Iterable[Clock], reason: str, language: str) -> str:
    with translation.override(language):
        lines = [_("We have changed what we promise you: {level}.").format(level=version.level.name)]
        if reason:
            lines.append(_("Why: {reason}").format(reason=reason))
        lines += due_lines(clocks)
        return "\n".join(lines)


def dues_text(clocks: Iterable[Clock], heading: str, reason: str, language: str) -> str:
    with translation.override(language):
        lines = [str(heading) or _("What we promise you has changed:")]
        lines += due_lines(clocks)
        if reason:
            lines.append(_("Why: {reason}").format(reason=reason))
        return "\n".join(lines)


def due_lines(clocks: Iterable[Clock]) -> list[str]:
    """A line for each that runs, the earliest first."""
    running = [(clock.due_at, clock) for clock in clocks if clock.ended_at is None and clock.due_at is not None]
    line, maybe = _("{target}: by {moment}"), _("(provisional: the days off of {year} are not announced yet)")
    found = []
    for due, clock in sorted(running, key=lambda one: one[0]):
        text = line.format(target=clock.term.name, moment=moment_text(due))
        year = timezone.localdate(due).year
        found.append(f"{text} {maybe.format(year=year)}" if clock.is_provisional else text)
    return found


def extension_text(clock: Clock, reason: str, language: str) -> str:
    with translation.override(language):
        due = moment_text(clock.due_at) if clock.due_at else _("when the wait is over, with more time")
        text = _("We need more time. {target}: now by {moment}. Why: {reason}")
        return text.format(target=clock.term.name, moment=due, reason=reason)


def moment_text(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{formats.date_format(local.date(), 'DATE_FORMAT')} {local:%H:%M}"
