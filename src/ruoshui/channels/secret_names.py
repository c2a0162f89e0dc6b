"""What the secrets of mailboxes, lines and exchanges are called in the environment, by the code of each."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def in_the_environment(code: str) -> str:
    """ "hq-service" is HQ_SERVICE there, and so are “hq_service” and “HQ-service”."""
    return code.upper().replace("-", "_")


def refuse_shared_secret(thing: models.Model) -> None:
    """Refuses a code that would be given the secret of another one: whoever sets up a mailbox of their own unit and
    names its server would be sent the password of somebody else's. For the same reason a code stays: the secret would
    be left to whoever takes the old code next.
    """
    code = str(getattr(thing, "code"))  # noqa: B009 each of the three has one
    was = type(thing)._default_manager.filter(pk=thing.pk).values_list("code", flat=True).first()
    if was is not None and in_the_environment(str(was)) != in_the_environment(code):
        text = _("The secret is found by this code, so it stays “{code}”. Set up a new one for another code.")
        raise ValidationError({"code": text.format(code=was)})
    others = type(thing)._default_manager.exclude(pk=thing.pk).values_list("code", flat=True)
    if in_the_environment(code) in {in_the_environment(str(other)) for other in others if other != code}:
        text = _("Another one, whose code differs in signs only, has the same secret. Choose another code.")
        raise ValidationError({"code": text})
