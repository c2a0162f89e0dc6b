from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class NotEncrypted(Refusal):
    code, status = "not-encrypted", 422
    text = _("{host} is outside the own network and would be told without encryption. Use its https:// address.")
