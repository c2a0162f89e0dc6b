from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.actions import assign_case, link_cases, may_take, note_case, open_case
from ruoshui.cases.models import Case, CaseType, Channel, LinkKind, Priority
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.feedback.events import FollowUpOpened
from ruoshui.feedback.models import Answer, Survey
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.processes.templates import current_template


@verb
def follow_up(answer: Answer, *, at: datetime) -> Case | None:
    """A bad answer comes back as work for the supervisor. Once per answer. Of a case that was merged it goes to the
    survivor: as a note while that is worked on.
    """
    answer = _held(answer)
    invitation = answer.invitation
    if answer.follow_up_id or answer.score > invitation.survey.follow_up_at:
        return answer.follow_up
    case = survivor_of(invitation.case)
    unit = invitation.unit if case.pk == invitation.case_id else case.unit
    if case.pk != invitation.case_id and case.is_active:
        return _noted(answer, case, at)
    supervisor = supervisor_of(unit)
    with translation.override(supervisor.language if supervisor else None):
        subject = _("Follow-up: {score} of 5 for {number}").format(score=answer.score, number=case.number)
    type = type_of_follow_up(invitation.survey, case)
    following = open_case(
        type,
        subject=subject,
        body=answer.comment,
        customer=case.customer,
        channel=Channel.INTERNAL,
        priority=Priority.HIGH,
        category=case.category,
        form=case.form if type.pk == case.type_id else None,
        is_draft=True,
        unit=unit,
        confidential=case.confidential,
        by=SYSTEM,
        at=at,
    )
    link_cases(following, case, kind=LinkKind.FOLLOW_UP, by=SYSTEM, at=at)
    if supervisor is not None and may_take(supervisor, following):
        assign_case(following, to=supervisor, by=SYSTEM, at=at)
    answer.follow_up = following
    answer.save(update_fields=["follow_up"])
    record(FollowUpOpened(answer=answer.pk, case=following.pk), about=case, by=SYSTEM, at=at)
    return following


def _held(answer: Answer) -> Answer:
    """Its row is locked until all is done."""
    with_case = ("invitation__survey__follow_up_type", "invitation__case__type", "invitation__unit")
    return Answer.objects.select_for_update(of=("self",)).select_related(*with_case).get(pk=answer.pk)


def _noted(answer: Answer, survivor: Case, at: datetime) -> Case:
    supervisor = supervisor_of(survivor.unit)
    with translation.override(supervisor.language if supervisor else None):
        body = _("{score} of 5 for {number}, which was merged into this case: {comment}").format(
            score=answer.score, number=answer.invitation.case.number, comment=answer.comment
        )
    note_case(survivor, body=body, by=SYSTEM, at=at)
    record(FollowUpOpened(answer=answer.pk, case=survivor.pk), about=answer.invitation.case, by=SYSTEM, at=at)
    return survivor


def survivor_of(case: Case) -> Case:
    while case.merged_into is not None:
        case = case.merged_into
    return case


def type_of_follow_up(survey: Survey, case: Case) -> CaseType:
    """What the survey names. Otherwise the case's own, but never one with a process: a bad score of a connection would
    begin another connection, with its steps and statutory limits.
    """
    if survey.follow_up_type is not None and survey.follow_up_type.is_active:
        return survey.follow_up_type
    if current_template(case.type_id) is None:
        return case.type
    others = CaseType.objects.filter(is_active=True).order_by("position", "code")
    return next((one for one in others if current_template(one.pk) is None), case.type)


def supervisor_of(unit: Unit) -> Staff | None:
    """Who supervises the unit: of those nearest above it, the one longest in service."""
    above = Staff.objects.filter(
        is_active=True,
        memberships__unit_id__in=unit.lineage,
        memberships__role__permissions__contains=[Permission.SUPERVISE],
    )
    return above.order_by("-memberships__unit__path", "pk").first()
