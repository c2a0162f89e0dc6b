from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class WorksElsewhere(Refusal):
    code, status = "works-elsewhere", 422
    text = _("{name} may not work in {unit}. Choose somebody who may, or give them a role there first.")


class ServiceAccount(Refusal):
    code = "service-account"
    text = _("{name} is a service account: programs use it with a token. It has no password and joins no team.")
