from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import tell_customer
from ruoshui.cases.models import Case
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Staff
from ruoshui.sla.actions.keeping import locked_clocks, reckon
from ruoshui.sla.actions.serving import reckon_request
from ruoshui.sla.actions.telling import mark_told
from ruoshui.sla.actions.watching import locked_clock
from ruoshui.sla.events import ExtensionAsked, ExtensionDecided
from ruoshui.sla.ladders import people_on
from ruoshui.sla.models import Clock, Decision, Extension, RungTo
from ruoshui.sla.models.levels import A_YEAR_OF_MINUTES
from ruoshui.sla.notices import both, clock_data
from ruoshui.sla.refusals import ExtensionDecidedAlready, OwnExtension, PromiseAlreadyBroken
from ruoshui.sla.wording import extension_text


@verb
def ask_extension(clock: Clock, *, minutes: int, reason: str, by: Staff, at: datetime) -> Extension:
    """Ask a supervisor for more working time, before the promise is broken."""
    if not 1 <= minutes <= A_YEAR_OF_MINUTES:
        raise Invalid({"minutes": [_("Enter how many working minutes more, at least one.")]})
    if not reason.strip():
        raise Invalid({"reason": [_("Say why more time is needed.")]})
    clock = locked_clock(clock)
    if clock.broken_at is not None or (clock.due_at is not None and clock.due_at < at):
        raise PromiseAlreadyBroken
    if clock.extensions.filter(state=Decision.ASKED).exists():
        raise Invalid({"minutes": [_("More time has been asked for already, and is not decided yet.")]})
    extension = Extension.objects.create(
        clock=clock, minutes=minutes, reason=reason.strip()[:500], by_kind=by.actor.kind, by_id=by.pk, at=at
    )
    asked = ExtensionAsked(
        extension=extension.pk, clock=clock.pk, target=clock.target, minutes=minutes, reason=extension.reason
    )
    record(asked, about=clock.about, by=by.actor, at=at)
    deciders = [one for one in people_on(RungTo.LEAD, clock.unit, holder=None) if one.pk != by.pk]
    deciders = deciders or [one for one in people_on(RungTo.ABOVE, clock.unit, holder=None) if one.pk != by.pk]
    data = {**clock_data(clock), "name": both(by), "minutes": minutes, "reason": extension.reason}
    tell_staff(deciders, asked.kind, data, about=clock.about, at=at)
    return extension


@verb
def decide_extension(extension: Extension, *, approve: bool, remark: str = "", by: Staff, at: datetime) -> Extension:
    """Approve or refuse; never one's own. Approved, the clock is reckoned anew and the customer is told."""
    extension = Extension.objects.select_for_update(of=("self",)).select_related("clock").get(pk=extension.pk)
    if extension.state != Decision.ASKED:
        raise ExtensionDecidedAlready
    if extension.by.id == by.pk and extension.by.is_staff:
        raise OwnExtension
    clock = locked_clock(extension.clock, may_have_ended=not approve)
    if approve and (clock.broken_at is not None or (clock.due_at is not None and clock.due_at < at)):
        raise PromiseAlreadyBroken
    extension.state = Decision.APPROVED if approve else Decision.REFUSED
    extension.decided_by, extension.decided_at, extension.remark = by, at, remark.strip()[:500]
    extension.save()
    if approve:
        clock.added += extension.minutes * 60
        clock = _reckoned(clock)
    _record(extension, clock, by, at)
    if approve and isinstance(clock.about, Case) and clock.about.customer is not None:
        mark_told([clock])
        text = extension_text(clock, extension.reason, clock.about.customer.language)
        tell_customer(clock.about, body=text, by=by.actor, at=at)
    return extension


def _reckoned(clock: Clock) -> Clock:
    if clock.request is not None:
        return reckon_request(clock.request, clock)
    assert clock.case is not None
    everyone = [clock if other.pk == clock.pk else other for other in locked_clocks(clock.case)]
    reckon(clock.case, everyone)
    return clock


def _record(extension: Extension, clock: Clock, by: Staff, at: datetime) -> None:
    decided = ExtensionDecided(
        extension=extension.pk,
        clock=clock.pk,
        target=clock.target,
        minutes=extension.minutes,
        decision=extension.state,
        due=clock.due_at.isoformat() if clock.due_at else None,
        remark=extension.remark,
    )
    record(decided, about=clock.about, by=by.actor, at=at)
    asker = Staff.objects.filter(pk__in=[extension.by_id]).select_related("unit")
    if asker:
        data = {**clock_data(clock), "name": both(by), "reason": extension.remark}
        tell_staff(asker, f"sla.extension_{extension.state}", data, about=clock.about, at=at)
