"""Internal requests between departments, each with one clock of its own."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import guard_secret, pause_case, resume_case
from ruoshui.cases.models import Case, CaseState, WaitReason
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import Event, record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.acting import person_behind
from ruoshui.organization.hiding import must_see_all_of
from ruoshui.organization.models import Staff, Unit
from ruoshui.sla.actions.keeping import end_clock
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.history import spans_of_request
from ruoshui.sla.ladders import people_on
from ruoshui.sla.models import Clock, InternalRequest, Level, LevelVersion, Promise, RequestState, RungTo, Target, Term
from ruoshui.sla.models.requests import IN_THEIR_HANDS, OUTSTANDING
from ruoshui.sla.notices import request_data
from ruoshui.sla.reckoning import set_times
from ruoshui.sla.refusals import LevelNotPublished, RequestInState, RequestToItself
from ruoshui.sla.request_events import (
    RequestAccepted,
    RequestAsked,
    RequestAskedAgain,
    RequestDone,
    RequestPassed,
    RequestRated,
    RequestReturned,
    RequestWithdrawn,
)
from ruoshui.sla.spans import Span
from ruoshui.sla.terms import current_version, rungs_of, terms_of


@verb
def ask_unit(
    unit: Unit,
    *,
    subject: str,
    body: str = "",
    level: Level,
    from_unit: Unit,
    case: Case | None = None,
    is_awaited: bool = False,
    asked_by: Staff | None = None,
    by: Actor,
    at: datetime,
) -> InternalRequest:
    """Ask another unit for something, from a case or free-standing. `is_awaited` lets the case wait for it."""
    subject, body = _checked(subject, body)
    if unit.pk == from_unit.pk:
        raise RequestToItself(unit=unit.name)
    if case is not None and at < _need_since(case):
        raise Invalid({"asked_at": [_("This is before the case was opened.")]})
    if case is not None:
        guard_secret(case, by)
    version, term = _term_of(level)
    request = InternalRequest.objects.create(
        case=case,
        version=version,
        subject=subject,
        body=body,
        from_unit=from_unit,
        unit=unit,
        asked_by=asked_by,
        is_awaited=is_awaited and case is not None,
        asked_at=at,
    )
    due = _started(request, term)
    asked = RequestAsked(from_unit=from_unit.pk, to_unit=unit.pk, level=level.pk, due=due)
    record(asked, about=request, by=by, at=at)
    _tell_served(request, asked, at, due_at=due)
    _let_case_wait(request, by, at)
    return request


def _started(request: InternalRequest, term: Term) -> str | None:
    """Its clock runs; by when it is to be answered."""
    at = request.asked_at
    clock = Clock(request=request, term=term, target=Target.REQUEST, unit=request.unit, seconds=0, starts_at=at)
    set_times(clock, rungs_of(term.pk), [Span(at, None, request.unit_id)], Calendars(term))
    clock.save()
    return clock.due_at.isoformat() if clock.due_at else None


def _checked(subject: str, body: str) -> tuple[str, str]:
    subject, body = subject.replace("\x00", "").strip(), body.replace("\x00", "").strip()
    if not subject or len(subject) > 200:
        raise Invalid({"subject": [_("Say in a few words what is needed.")]})
    if len(body) > 4000:
        raise Invalid({"body": [_("At most 4,000 characters.")]})
    return subject, body


def _term_of(level: Level) -> tuple[LevelVersion, Term]:
    """By what a request is answered, as the level promises it now."""
    version = current_version(level)
    term = next((t for t in terms_of(version.pk) if t.target == Target.REQUEST), None) if version else None
    if version is None or term is None:
        raise LevelNotPublished(level=level.name)
    return version, term


def _need_since(case: Case) -> datetime:
    """A need may be older than its case, when it was noted later."""
    promise = Promise.objects.filter(case=case).first()
    return min(case.opened_at, promise.starts_at) if promise else case.opened_at


def _locked(request: InternalRequest, *states: RequestState) -> InternalRequest:
    """The case before its request, as closing a case does, so that two verbs never wait for each other."""
    if request.case_id is not None:
        Case.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    related = ("unit", "from_unit", "assignee", "asked_by__unit", "case__unit")
    request.refresh_from_db(
        from_queryset=InternalRequest.objects.select_for_update(of=("self",)).select_related(*related)
    )
    if request.state not in states:
        raise RequestInState(number=request.number, state=RequestState(request.state).label)
    return request


@verb
def accept_request(request: InternalRequest, *, to: Staff, by: Actor, at: datetime) -> InternalRequest:
    """Somebody of the served unit takes it on; who already has it can hand it to another."""
    request = _locked(request, RequestState.ASKED, RequestState.ACCEPTED)
    if request.state == RequestState.ACCEPTED and request.assignee_id == to.pk:
        return request
    request.state, request.assignee = RequestState.ACCEPTED, to
    request.save(update_fields=["state", "assignee"])
    record(RequestAccepted(assignee=to.pk), about=request, by=by, at=at)
    return request


@verb
def return_request(request: InternalRequest, *, reason: str, by: Actor, at: datetime) -> InternalRequest:
    """Send it back with a reason: its clock stands still until it is asked again."""
    reason = _reason(reason, _("Say what is missing, so that the other unit can send it again."))
    request = _locked(request, *IN_THEIR_HANDS)
    request.state = RequestState.RETURNED
    request.save(update_fields=["state"])
    told = RequestReturned(reason=reason)
    record(told, about=request, by=by, at=at)
    reckon_request(request)
    _tell_asker(request, told, at, reason=reason)
    _let_case_go_on(request, at)
    return request


@verb
def ask_again(request: InternalRequest, *, note: str, by: Actor, at: datetime) -> InternalRequest:
    """What was missing is there: the clock runs on."""
    note = _reason(note, _("Say what has changed since it was sent back."))
    request = _locked_by_asker(request, by, RequestState.RETURNED)
    request.state = RequestState.ACCEPTED if request.assignee_id else RequestState.ASKED
    request.save(update_fields=["state"])
    told = RequestAskedAgain(note=note)
    record(told, about=request, by=by, at=at)
    clock = reckon_request(request)
    _tell_served(request, told, at, kind="sla.request_asked", due_at=clock.due_at.isoformat() if clock.due_at else None)
    _let_case_wait(request, by, at)
    return request


@verb
def pass_request(request: InternalRequest, *, to: Unit, reason: str, by: Actor, at: datetime) -> InternalRequest:
    """Another unit can do it: the clock goes with it, by that unit's calendar from now on."""
    reason = _reason(reason, _("Say why, so that the other unit knows."))
    request = _locked(request, *IN_THEIR_HANDS)
    if request.case is not None:
        guard_secret(request.case, by, unit=request.unit)
    if to.pk in (request.unit_id, request.from_unit_id):
        raise RequestToItself(unit=to.name)
    before, holder = request.unit, request.assignee_id
    request.unit, request.assignee, request.state = to, None, RequestState.ASKED
    request.save(update_fields=["unit", "assignee", "state"])
    told = RequestPassed(from_unit=before.pk, to_unit=to.pk, assignee=holder, reason=reason)
    record(told, about=request, by=by, at=at)
    clock = reckon_request(request)
    _tell_served(request, told, at, kind="sla.request_asked", due_at=clock.due_at.isoformat() if clock.due_at else None)
    return request


@verb
def finish_request(request: InternalRequest, *, answer: str, by: Actor, at: datetime) -> InternalRequest:
    answer = answer.replace("\x00", "").strip()
    if not answer or len(answer) > 4000:
        raise Invalid({"answer": [_("Say what was done, in at most 4,000 characters.")]})
    request = _locked(request, *IN_THEIR_HANDS)
    request.state, request.answer, request.ended_at = RequestState.DONE, answer, at
    request.save(update_fields=["state", "answer", "ended_at"])
    clock = _locked_clock(request)
    told = RequestDone()
    record(told, about=request, by=by, at=at)
    end_clock(clock, request, at)
    _tell_asker(request, told, at)
    _let_case_go_on(request, at)
    return request


@verb
def withdraw_request(request: InternalRequest, *, reason: str, by: Actor, at: datetime) -> InternalRequest:
    """It is no longer needed: the promise is neither kept nor broken, unless it was broken already."""
    reason = _reason(reason, _("Say why it is no longer needed."))
    request = _locked_by_asker(request, by, *OUTSTANDING)
    request.state, request.ended_at = RequestState.WITHDRAWN, at
    request.save(update_fields=["state", "ended_at"])
    Clock.objects.filter(request=request).update(ended_at=at, due_at=None, next_at=None, not_reached=True)
    told = RequestWithdrawn(reason=reason)
    record(told, about=request, by=by, at=at)
    _tell_served(request, told, at, reason=reason)
    _let_case_go_on(request, at)
    return request


@verb
def rate_request(request: InternalRequest, *, score: int, remark: str = "", by: Actor, at: datetime) -> InternalRequest:
    """How well did the other unit serve us? Once, after it is done."""
    if not 1 <= score <= 5:
        raise Invalid({"score": [_("Choose one to five stars.")]})
    request = _locked_by_asker(request, by, RequestState.DONE)
    if request.rated_at is not None:
        raise RequestInState(number=request.number, state=_("rated already"))
    request.score, request.remark, request.rated_at = score, remark.replace("\x00", "").strip()[:500], at
    request.save(update_fields=["score", "remark", "rated_at"])
    told = RequestRated(score=score, remark=request.remark, unit=request.unit_id)
    record(told, about=request, by=by, at=at)
    return request


def reckon_request(request: InternalRequest, clock: Clock | None = None) -> Clock:
    clock = clock or _locked_clock(request)
    clock.unit = request.unit
    set_times(clock, rungs_of(clock.term_id), spans_of_request(request), Calendars(clock.term))
    clock.save()
    return clock


def _locked_by_asker(request: InternalRequest, by: Actor, *states: RequestState) -> InternalRequest:
    """The side that asked acts on its case: of a confidential one only who sees it, also if they reach the unit."""
    request = _locked(request, *states)
    if request.case_id is not None:
        must_see_all_of(person_behind(by), pk=request.case_id)
    return request


def _locked_clock(request: InternalRequest) -> Clock:
    clocks = Clock.objects.select_for_update(of=("self",)).select_related("term", "calendar")
    return clocks.get(request=request)


def _reason(text: str, ask: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text or len(text) > 500:
        raise Invalid({"reason": [ask]})
    return text


def _let_case_wait(request: InternalRequest, by: Actor, at: datetime) -> None:
    case = request.case
    if request.is_awaited and case is not None and case.state == CaseState.OPEN:
        pause_case(case, reason=WaitReason.INTERNAL, by=by, at=max(at, case.opened_at))


def _let_case_go_on(request: InternalRequest, at: datetime) -> None:
    """The case waited for this, and for nothing else: it runs again."""
    case = request.case
    if not request.is_awaited or case is None or case.state != CaseState.WAITING:
        return
    others = InternalRequest.objects.filter(case=case, is_awaited=True, state__in=IN_THEIR_HANDS)
    waits = case.suspensions.filter(ended_at__isnull=True, reason=WaitReason.INTERNAL)
    if waits.exists() and not others.exclude(pk=request.pk).exists():
        resume_case(case, by=SYSTEM, at=at)


def _tell_served(request: InternalRequest, event: Event, at: datetime, kind: str = "", **more: str | None) -> None:
    people = people_on(RungTo.HOLDER, request.unit, holder=request.assignee)
    if request.assignee is None:
        people = [*people, *Staff.objects.filter(unit=request.unit, is_active=True).select_related("unit")]
    unique = {one.pk: one for one in people if one.pk != request.asked_by_id}
    tell_staff(unique.values(), kind or event.kind, request_data(request, **more), about=request, at=at)


def _tell_asker(request: InternalRequest, event: Event, at: datetime, **more: str) -> None:
    if request.asked_by is not None:
        tell_staff([request.asked_by], event.kind, request_data(request, **more), about=request, at=at)
