"""Who is asked too often answers nobody: when a customer is left alone, and which question ends."""

from datetime import datetime, timedelta

from ruoshui.cases.models import Case, Channel
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.feedback.events import SurveyEnded
from ruoshui.feedback.models import Answer, Invitation, Survey


def is_left_alone(case: Case, survey: Survey, at: datetime) -> bool:
    """A follow-up is never asked about. A customer was asked about another case lately, unless this is a complaint. At
    a counter each visit is rated on the plate.
    """
    if Answer.objects.filter(follow_up=case).exists():
        return True
    if (
        case.customer_id is None
        or case.channel == Channel.COUNTER
        or survey.rest_days == 0
        or (survey.follow_up_type_id and case.type_id == survey.follow_up_type_id)
    ):
        return False
    lately = Invitation.objects.filter(
        case__customer=case.customer_id, sent_at__gt=at - timedelta(days=survey.rest_days)
    )
    return lately.exclude(case=case).exists()


@verb
def end_invitations(case: Case, *, of_customer: bool = False, by: Actor, at: datetime) -> None:
    """Questions that wait for an answer end: of this case, which goes on, or of its customer, who is asked again."""
    waiting = Invitation.objects.filter(expires_at__gt=at, answer=None)
    waiting = waiting.filter(case__customer=case.customer_id) if of_customer else waiting.filter(case=case)
    for invitation in waiting.select_for_update(of=("self",)).select_related("case").order_by("pk"):
        invitation.expires_at = max(at, invitation.sent_at)
        invitation.save(update_fields=["expires_at"])
        record(SurveyEnded(invitation=invitation.pk), about=invitation.case, by=by, at=at)
