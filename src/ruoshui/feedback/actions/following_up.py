from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from ruoshui.cases.actions import assign_case, link_cases, may_take, open_case
from ruoshui.cases.models import Case, Channel, LinkKind, Priority
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.feedback.events import FollowUpOpened
from ruoshui.feedback.models import Answer
from ruoshui.organization.models import Permission, Staff, Unit


@verb
def follow_up(answer: Answer, *, at: datetime) -> Case | None:
    """A bad answer comes back as work for the supervisor. Once per answer."""
    answer = (
        Answer.objects.select_for_update(of=("self",))
        .select_related("invitation__survey", "invitation__case__type", "invitation__unit")
        .get(pk=answer.pk)
    )
    invitation = answer.invitation
    if answer.follow_up_id or answer.score > invitation.survey.follow_up_at:
        return answer.follow_up
    case = invitation.case
    supervisor = supervisor_of(invitation.unit)
    with translation.override(supervisor.language if supervisor else None):
        subject = _("Follow-up: {score} of 5 for {number}").format(score=answer.score, number=case.number)
    following = open_case(
        case.type,
        subject=subject,
        body=answer.comment,
        customer=case.customer,
        channel=Channel.INTERNAL,
        priority=Priority.HIGH,
        category=case.category,
        form=case.form,
        unit=invitation.unit,
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


def supervisor_of(unit: Unit) -> Staff | None:
    """Who supervises the unit: of those nearest above it, the one longest in service."""
    above = Staff.objects.filter(
        is_active=True,
        memberships__unit_id__in=unit.lineage,
        memberships__role__permissions__contains=[Permission.SUPERVISE],
    )
    return above.order_by("-memberships__unit__path", "pk").first()
