from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class AlreadyAnswered(Refusal):
    code = "already-answered"
    text = _("This survey has been answered already. Thank you!")


class SurveyExpired(Refusal):
    code, status = "survey-expired", 410
    text = _("This survey has expired. You can still write to us on the page of your case.")
