from typing import cast

from django.utils import timezone

from ruoshui.cases.events import CaseClosed, CaseReopened
from ruoshui.cases.models import Case
from ruoshui.core import live
from ruoshui.core.reactions import Happened, afterwards, at_once
from ruoshui.feedback.actions import deliver, end_invitations, follow_up, invite
from ruoshui.feedback.events import SurveyAnswered, SurveySent
from ruoshui.feedback.models import Answer, Invitation
from ruoshui.queues.models import Ticket


@afterwards(CaseClosed, live_only=True, formerly="ask_the_customer")
def invite_on_case_closed(event: CaseClosed, happened: Happened) -> None:
    invite(Case.objects.get(pk=happened.about_id), closing=happened.recorded.pk, outcome=event.outcome, at=happened.at)


@at_once(CaseReopened)
def end_invitations_on_case_reopened(event: CaseReopened, happened: Happened) -> None:
    end_invitations(cast(Case, happened.about), by=happened.recorded.by, at=happened.at)


@at_once(SurveySent, SurveyAnswered)
def refresh_counter_on_survey_sent(event: SurveySent | SurveyAnswered, happened: Happened) -> None:
    """Their number's page asks them too, and so does the plate at the counter, until they have answered."""
    for ticket in Ticket.objects.filter(case_id=happened.about_id):
        live.announce(ticket.live_topics(), happened.at)


@afterwards(SurveySent, live_only=True, formerly="send_the_link")
def deliver_on_survey_sent(event: SurveySent, happened: Happened) -> None:
    deliver(Invitation.objects.select_related("case__customer").get(pk=event.invitation), at=timezone.now())


@afterwards(SurveyAnswered, formerly="follow_up_a_bad_answer")
def follow_up_on_survey_answered(event: SurveyAnswered, happened: Happened) -> None:
    follow_up(Answer.objects.get(pk=event.answer), at=happened.at)
