from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("feedback.survey_sent")
@dataclass(frozen=True, kw_only=True)
class SurveySent(Event):
    invitation: int
    sentence = _("asked the customer whether they are satisfied")
    icon = "star"


@register("feedback.survey_not_delivered")
@dataclass(frozen=True, kw_only=True)
class SurveyNotDelivered(Event):
    invitation: int
    sentence = _("could not send the survey by e-mail; the link is on the portal")
    icon = "mail-off"


@register("feedback.survey_ended")
@dataclass(frozen=True, kw_only=True)
class SurveyEnded(Event):
    """Nobody can answer it any more: the case goes on, or the customer is asked about another one."""

    invitation: int
    sentence = _("ended the survey")
    icon = "star-off"


@register("feedback.survey_answered")
@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    invitation: int
    answer: int
    score: int
    sentence = _("gave {score} of 5")
    icon = "star"


@register("feedback.follow_up_opened")
@dataclass(frozen=True, kw_only=True)
class FollowUpOpened(Event):
    answer: int
    case: int
    other_cases = ("case",)
    sentence = _("opened a follow-up of the bad answer: {case}")
    icon = "rotate"
