"""Tell the people on the ladder. Many alarms of one kind to one reader become one notice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.notices.actions.telling import TOO_OLD, notice_of
from ruoshui.notices.models import Notice
from ruoshui.organization.models import Staff
from ruoshui.sla.ladders import people_on
from ruoshui.sla.models import Clock, Rung
from ruoshui.sla.notices import clock_data

ONE_BY_ONE = 5
BEFORE, AFTER = "sla.clock_warned", "sla.promise_broken"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A rung that was reached at `at`."""

    clock: Clock
    rung: Rung
    at: datetime

    @property
    def kind(self) -> str:
        """Once the promise is broken, an alarm no longer warns of it."""
        late = self.clock.due_at is not None and self.at >= self.clock.due_at
        return AFTER if late else BEFORE


def tell_alarms(alarms: Iterable[Alarm]) -> None:
    now = timezone.now()
    told = [
        (staff, alarm)
        for alarm in alarms
        if now - alarm.at <= TOO_OLD  # nobody gets letters about 2016
        for staff in _people(alarm)
    ]
    told.sort(key=lambda pair: (pair[0].pk, pair[1].kind, pair[1].rung.is_urgent, pair[1].at))
    notices: list[Notice] = []
    for _key, same in groupby(told, key=lambda pair: (pair[0].pk, pair[1].kind, pair[1].rung.is_urgent)):
        group = list(same)
        if len(group) <= ONE_BY_ONE:
            notices += [_notice(staff, alarm) for staff, alarm in group]
        else:
            notices.append(_notice(*group[0], count=len(group)))
    Notice.objects.bulk_create(notices)


def _people(alarm: Alarm) -> list[Staff]:
    about = alarm.clock.about
    asker = None if isinstance(about, Case) else about.asked_by
    return people_on(alarm.rung.to, alarm.clock.unit, holder=about.assignee, asker=asker)


def _notice(staff: Staff, alarm: Alarm, count: int = 1) -> Notice:
    return notice_of(
        staff,
        alarm.kind,
        clock_data(alarm.clock),
        alarm.clock.about,
        is_urgent=alarm.rung.is_urgent,
        by_mail=alarm.rung.by_mail,
        at=alarm.at,
        count=count,
    )
