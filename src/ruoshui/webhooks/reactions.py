from ruoshui.cases.events import (
    CaseAssigned,
    CaseClosed,
    CaseOpened,
    CasePassed,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CustomerReplied,
)
from ruoshui.cases.models import Case
from ruoshui.core.events import Event
from ruoshui.core.reactions import Happened, at_once
from ruoshui.feedback.events import SurveyAnswered
from ruoshui.sla.events import PromiseBroken
from ruoshui.webhooks.actions import tell_subscribers


@at_once(
    CaseOpened,
    CaseAssigned,
    CasePassed,
    CaseReplied,
    CustomerReplied,
    CaseResolved,
    CaseClosed,
    CaseReopened,
    PromiseBroken,
    SurveyAnswered,
)
def tell_subscribers_on_told_events(event: Event, happened: Happened) -> None:
    """With the event, or not at all. Nobody outside hears of history that is brought in."""
    if isinstance(happened.about, Case) and not happened.is_history:
        tell_subscribers(happened.recorded, happened.about)
