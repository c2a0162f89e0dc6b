"""Promises: levels, clocks and how they were reckoned, supervision, internal requests, notices."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Router

from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.notices.actions import read_notices
from ruoshui.notices.models import Notice
from ruoshui.organization.models import Permission, Scope, Staff
from ruoshui.sla import actions
from ruoshui.sla.explaining import explain
from ruoshui.sla.handoffs import handoffs_of
from ruoshui.sla.models import Clock, Extension, Level, Urge
from ruoshui.sla.queries import desk_clocks, desk_filtered
from ruoshui.web.access import (
    found_clock,
    may_work_on_clock,
)
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key, Number, found
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.promise_types import (
    AnswerIn,
    BackdatingIn,
    ClockOut,
    ClockPage,
    DeskTab,
    ExplanationOut,
    ExtensionDecisionIn,
    ExtensionIn,
    ExtensionOut,
    NoticeOut,
    PromiseIn,
    UrgeIn,
    UrgeOut,
    ViolationIn,
    ViolationOut,
    WaitIn,
)
from ruoshui.web.api.told import told
from ruoshui.web.api.types import Id, Limit

READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
router = Router(tags=["promises"])
ClockId = Annotated[Id, Path(description="The id of a clock")]
RELATED = ("term__version__level", "unit", "case", "request", "calendar")


@router.get("/cases/{number}/clocks", auth=READ, response={200: list[ClockOut], **ERRORS}, operation_id="case_clocks")
def clocks(request: HttpRequest, number: Number) -> Any:
    """Every promise of a case and what became of it."""
    case = found(request, number)
    return [ClockOut.of(clock) for clock in Clock.objects.filter(case=case).select_related(*RELATED).order_by("pk")]


@router.get("/clocks", auth=READ, response={200: ClockPage, **ERRORS}, operation_id="list_clocks")
def desk(
    request: HttpRequest,
    tab: DeskTab = DeskTab.RUNNING,
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """The supervision desk: clocks that have not ended in the units supervised, by id."""
    staff, now = staff_of(request), timezone.now()
    if not staff.may(Permission.SUPERVISE):
        raise NotAllowed
    which = desk_filtered(desk_clocks(staff, now), tab, now)
    if tab == DeskTab.RUNNING:
        which = which.filter(due_at__isnull=False)
    return page_of("clocks", which.select_related(*RELATED), ClockOut.of, after=after, limit=limit)


@router.get(
    "/clocks/{clock}/explanation", auth=READ, response={200: ExplanationOut, **ERRORS}, operation_id="explain_clock"
)
def explanation(request: HttpRequest, clock: ClockId, plain: bool = False) -> Any:
    """Line by line what ran, what paused it, what did not count and why; and which hand-off took how long."""
    staff, now = staff_of(request), timezone.now()
    known = found_clock(staff, clock)
    return ExplanationOut.of(explain(known, now, plain=plain), handoffs_of(known, now))


def _supervised(request: HttpRequest, pk: int) -> tuple[Staff, Clock]:
    staff = staff_of(request)
    clock = found_clock(staff, pk)
    if not staff.may(Permission.SUPERVISE, clock.unit):
        raise NotAllowed
    return staff, clock


@router.post("/clocks/{clock}/urges", auth=WRITE, response={201: UrgeOut, **ERRORS}, operation_id="urge")
def urge(request: HttpRequest, clock: ClockId, body: UrgeIn, key: Key = None) -> Any:
    """催办: the holder is told, and owes an answer."""

    def work() -> UrgeOut:
        staff, known = _supervised(request, clock)
        made = actions.urge(known, text=body.text, is_urgent=body.is_urgent, by=staff, at=timezone.now())
        return told(request, UrgeOut.from_orm(made))

    return once(request, key, work)


@router.put("/urges/{urge}/answer", auth=WRITE, response={200: UrgeOut, **ERRORS}, operation_id="answer_urge")
def answer_urge(request: HttpRequest, urge: Id, body: AnswerIn) -> Any:
    staff = staff_of(request)
    made = Urge.objects.filter(pk=urge).first()
    if made is None:
        raise NotFound
    if not may_work_on_clock(staff, found_clock(staff, made.clock_id)):
        raise NotAllowed
    return told(request, UrgeOut.from_orm(actions.answer_urge(made, text=body.text, by=staff, at=timezone.now())))


@router.post(
    "/clocks/{clock}/extensions", auth=WRITE, response={201: ExtensionOut, **ERRORS}, operation_id="ask_extension"
)
def ask_extension(request: HttpRequest, clock: ClockId, body: ExtensionIn, key: Key = None) -> Any:
    """Ask for more working time; another supervisor decides."""

    def work() -> ExtensionOut:
        staff = staff_of(request)
        known = found_clock(staff, clock)
        if not (may_work_on_clock(staff, known) or staff.may(Permission.SUPERVISE, known.unit)):
            raise NotAllowed
        made = actions.ask_extension(known, minutes=body.minutes, reason=body.reason, by=staff, at=timezone.now())
        return told(request, ExtensionOut.from_orm(made))

    return once(request, key, work)


@router.put(
    "/extensions/{extension}/decision",
    auth=WRITE,
    response={200: ExtensionOut, **ERRORS},
    operation_id="decide_extension",
)
def decide_extension(request: HttpRequest, extension: Id, body: ExtensionDecisionIn) -> Any:
    asked = Extension.objects.filter(pk=extension).first()
    if asked is None:
        raise NotFound
    staff, _clock = _supervised(request, asked.clock_id)
    made = actions.decide_extension(asked, approve=body.approve, remark=body.remark, by=staff, at=timezone.now())
    return told(request, ExtensionOut.from_orm(made))


@router.post(
    "/clocks/{clock}/violations", auth=WRITE, response={201: ViolationOut, **ERRORS}, operation_id="record_violation"
)
def violation(request: HttpRequest, clock: ClockId, body: ViolationIn, key: Key = None) -> Any:
    def work() -> ViolationOut:
        staff, known = _supervised(request, clock)
        person = _person(staff, body.staff) if body.staff else None
        made = actions.record_violation(
            known, kind=body.kind, note=body.note, staff=person, by=staff, at=timezone.now()
        )
        return ViolationOut.from_orm(made)

    return once(request, key, work)


def _person(staff: Staff, username: str) -> Staff:
    found = Staff.objects.working_in(staff.units_with()).filter(username=username).first()
    if found is None:
        raise Invalid({"staff": [f"There is nobody with the user name {username}."]})
    return found


def _supervised_case(request: HttpRequest, number: str) -> Case:
    case = found(request, number)
    if not staff_of(request).may(Permission.SUPERVISE, case.unit):
        raise NotAllowed
    return case


@router.put("/cases/{number}/promise", auth=WRITE, response={200: list[ClockOut], **ERRORS}, operation_id="promise")
def promise(request: HttpRequest, number: Number, body: PromiseIn) -> Any:
    """Promise another level, or the newest version; the customer is told why."""
    case, level = _supervised_case(request, number), level_named(body.level)
    actions.promise_again(
        case, level, reason=body.reason, afresh=body.afresh, by=token_of(request).actor, at=timezone.now()
    )
    return clocks(request, number)


@router.put(
    "/cases/{number}/promise/beginning",
    auth=WRITE,
    response={200: list[ClockOut], **ERRORS},
    operation_id="backdate_promise",
)
def backdate(request: HttpRequest, number: Number, body: BackdatingIn) -> Any:
    """The need is older than its case: every promise counts from then."""
    actions.backdate_promise(
        _supervised_case(request, number),
        since=_aware("since", body.since),
        reason=body.reason,
        by=token_of(request).actor,
        at=timezone.now(),
    )
    return clocks(request, number)


@router.post("/cases/{number}/waits", auth=WRITE, response={201: ClockPage, **ERRORS}, operation_id="correct_wait")
def wait(request: HttpRequest, number: Number, body: WaitIn, key: Key = None) -> Any:
    """Note later that the case had been waiting: every promise is reckoned anew."""

    def work() -> ClockPage:
        actions.correct_wait(
            _supervised_case(request, number),
            begin=_aware("begin", body.begin),
            end=_aware("end", body.end),
            reason=body.reason,
            note=body.note,
            by=token_of(request).actor,
            at=timezone.now(),
        )
        return ClockPage(items=clocks(request, number), next=None)

    return once(request, key, work)


@router.put(
    "/cases/{number}/milestones/{milestone}",
    auth=WRITE,
    response={200: list[ClockOut], **ERRORS},
    operation_id="reach_milestone",
)
def milestone(request: HttpRequest, number: Number, milestone: str) -> Any:
    case = found(request, number, to_work=True)
    actions.reach_milestone(case, milestone, by=token_of(request).actor, at=timezone.now())
    return clocks(request, number)


def _aware(name: str, at: Any) -> Any:
    if timezone.is_naive(at):
        raise Invalid({name: ["A moment needs a time zone, like 2026-05-01T09:00:00+08:00."]})
    return at


def level_named(code: str) -> Level:
    level = Level.objects.filter(code=code, is_active=True).first()
    if level is None:
        raise Invalid({"level": [f"There is no level {code}."]})
    return level


@router.get("/notices", auth=READ, response={200: list[NoticeOut], **ERRORS}, operation_id="list_notices")
def notices(request: HttpRequest, unread: bool = False, limit: Limit = 50) -> Any:
    """What the token's person was told, newest first."""
    shown = Notice.objects.shown_to(staff_of(request))
    if unread:
        shown = shown.filter(read_at__isnull=True)
    return [NoticeOut.of(notice) for notice in shown.order_by("-pk")[:limit]]


@router.put("/notices/{notice}/reading", auth=WRITE, response={204: None, **ERRORS}, operation_id="read_notice")
def read(request: HttpRequest, notice: Id) -> Any:
    staff = staff_of(request)
    if not Notice.objects.shown_to(staff).filter(pk=notice).exists():
        raise NotFound
    read_notices(staff, [notice], at=timezone.now())
    return 204, None
