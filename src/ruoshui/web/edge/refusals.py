"""What is refused before anything of ours has looked at it."""

from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class BodyTooLarge(Refusal):
    code, status = "too-large", 413
    text = _("What you sent is too large: at most {megabytes} MB are taken here. Send less, or smaller files.")


class BodyTooSlow(Refusal):
    code, status = "too-slow", 408
    text = _("What you sent did not arrive in time; nothing of it was kept. Check your connection and send it again.")


class TooManyBodies(Refusal):
    code, status = "too-many", 429
    text = _("Too much is being sent from your address at once. Wait until the rest has arrived and send it again.")


class NoRoom(Refusal):
    code, status = "no-room", 503
    text = _("There is no room for what you sent just now, and nothing of it was kept. Send it again in a minute.")
