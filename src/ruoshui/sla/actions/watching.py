"""What supervisors do at their desk: urge, and note a violation."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.models import Case
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Staff
from ruoshui.sla.events import UrgeAnswered, Urged, ViolationRecorded
from ruoshui.sla.ladders import people_on
from ruoshui.sla.models import Clock, InternalRequest, RungTo, Urge, Violation, ViolationKind
from ruoshui.sla.notices import both, clock_data
from ruoshui.sla.refusals import ClockHasEnded, UrgeAnsweredAlready

WITH_HOLDER = ("unit", "term", "case__unit", "case__customer", "case__assignee__unit", "request__unit")
WITH_ALL = (*WITH_HOLDER, "request__from_unit", "request__assignee__unit", "request__asked_by__unit")


def locked_clock(clock: Clock, *, may_have_ended: bool = False) -> Clock:
    """What the clock is about first, then the clock: the order of every verb, so that two never wait for each other."""
    if clock.case_id is not None:
        Case.objects.select_for_update(of=("self",)).get(pk=clock.case_id)
    if clock.request_id is not None:
        InternalRequest.objects.select_for_update(of=("self",)).get(pk=clock.request_id)
    current = Clock.objects.select_for_update(of=("self",)).select_related(*WITH_ALL).get(pk=clock.pk)
    if current.ended_at is not None and not may_have_ended:
        raise ClockHasEnded
    return current


@verb
def urge(clock: Clock, *, text: str = "", is_urgent: bool = False, by: Staff, at: datetime) -> Urge:
    """催办: tell whoever holds it to hurry; they owe an answer. Unless urgent, it waits for their working time."""
    clock = locked_clock(clock)
    holder = clock.about.assignee
    made = Urge.objects.create(
        clock=clock, to=holder, text=text.strip()[:500], by_kind=by.actor.kind, by_id=by.pk, at=at
    )
    told = Urged(
        urge=made.pk, clock=clock.pk, target=clock.target, assignee=holder.pk if holder else None, text=made.text
    )
    record(told, about=clock.about, by=by.actor, at=at)
    people = [one for one in people_on(RungTo.HOLDER, clock.unit, holder=holder) if one.pk != by.pk]
    if not people:
        people = list(Staff.objects.filter(unit=clock.unit, is_active=True).select_related("unit").exclude(pk=by.pk))
    data = {**clock_data(clock), "name": both(by), "text": made.text}
    tell_staff(people, told.kind, data, about=clock.about, is_urgent=is_urgent, at=at)
    return made


@verb
def answer_urge(urge: Urge, *, text: str, by: Staff, at: datetime) -> Urge:
    if not text.strip():
        raise Invalid({"text": [_("Say when it will be done, or what stands in the way.")]})
    urge = Urge.objects.select_for_update(of=("self",)).select_related("clock").get(pk=urge.pk)
    if urge.answered_at is not None:
        raise UrgeAnsweredAlready
    urge.answer, urge.answered_by, urge.answered_at = text.strip()[:500], by, at
    urge.save(update_fields=["answer", "answered_by", "answered_at"])
    clock = Clock.objects.select_related(*WITH_ALL).get(pk=urge.clock_id)
    told = UrgeAnswered(urge=urge.pk, clock=clock.pk, text=urge.answer)
    record(told, about=clock.about, by=by.actor, at=at)
    asker = Staff.objects.filter(pk__in=[urge.by_id]).select_related("unit")
    data = {**clock_data(clock), "name": both(by), "text": urge.answer}
    tell_staff(asker, told.kind, data, about=clock.about, at=at)
    return urge


@verb
def record_violation(
    clock: Clock,
    *,
    kind: str,
    note: str,
    staff: Staff | None = None,
    by: Staff,
    at: datetime,
) -> Violation:
    """Note a breach of the rules found at this clock, against a person or only against the unit."""
    if kind not in ViolationKind.values:
        raise Invalid({"kind": [_("Choose what kind of violation it is.")]})
    if not note.strip():
        raise Invalid({"note": [_("Say what happened.")]})
    clock = locked_clock(clock, may_have_ended=True)
    violation = Violation.objects.create(
        clock=clock,
        unit=clock.unit,
        staff=staff,
        kind=kind,
        note=note.strip()[:1000],
        by_kind=by.actor.kind,
        by_id=by.pk,
        at=at,
    )
    told = ViolationRecorded(
        violation=violation.pk,
        clock=clock.pk,
        violation_kind=kind,
        unit=clock.unit_id,
        assignee=staff.pk if staff else None,
    )
    record(told, about=clock.about, by=by.actor, at=at)
    people = [staff] if staff is not None else people_on(RungTo.LEAD, clock.unit, holder=None)
    data = {**clock_data(clock), "note": violation.note}
    tell_staff([one for one in people if one.pk != by.pk], told.kind, data, about=clock.about, at=at)
    return violation
