from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class NoSuchNotice(Refusal):
    code, status = "no-such-notice", 422
    text = _("This notice cannot be sent by hand, or is not in use.")
