from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class InsideAddress(Refusal):
    code, status = "inside-address", 422
    text = _("{host} is inside the own network. Allow that on the webhook if it is meant.")
