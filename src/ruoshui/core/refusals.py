"""A refusal is an answer, not an accident: what is wrong, and what to do about it.

The web shows its text, the API sends it as problem+json with `code` and `status`; a refused
verb has changed nothing. What it quotes is made readable: it may be just what was wrong with the input.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ruoshui.core.plain_text import storable


class Refusal(Exception):
    """Base of every refusal. `text` may hold {placeholders} filled from the arguments; `words` names those that hold
    what people wrote: they are left out for who may not read it.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    text: ClassVar[str | Promise] = _("This cannot be done.")
    words: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details

    def __str__(self) -> str:
        return storable(str(self.text).format(**self.details))

    def without_words(self) -> str:
        return storable(str(self.text).format(**self.details | dict.fromkeys(self.words, "…")))


class NotAllowed(Refusal):
    code, status = "not-allowed", 403
    text = _("Your role does not allow this. Ask a supervisor to do it or to give you the right.")


class NotFound(Refusal):
    code, status = "not-found", 404
    text = _("This does not exist, or you do not have access to it. Check the number and try again.")


class ChangedMeanwhile(Refusal):
    """Somebody else was faster: the caller acted on a state that is no longer true."""

    code = "changed-meanwhile"
    text = _("Someone changed this while you were looking at it. Load it again and decide on what it says now.")


class Invalid(Refusal):
    """The input itself is wrong; `errors` maps a field to its messages."""

    code, status = "invalid", 422
    text = _("Some of what you entered cannot be used. Correct the marked fields and send again.")

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__()
        self.errors: dict[str, list[str]] = {
            field: [_readable(one) for one in messages] for field, messages in errors.items()
        }

    def __str__(self) -> str:
        first = [f"{message}" for messages in self.errors.values() for message in messages]
        return " ".join(first) or str(self.text)

    def without_words(self) -> str:
        return str(self)  # what is wrong with what was sent


def _readable(message: Any) -> Any:
    """What is not translated yet quotes nothing, and stays so."""
    return storable(message) if isinstance(message, str) else message
