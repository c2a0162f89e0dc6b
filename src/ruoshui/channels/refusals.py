from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class NotBelieved(Refusal):
    """A call from outside whose signature, time or size is wrong; `why` is its code in the record."""

    code, status = "not-believed", 403
    text = _("This call is not believed: {why}.")

    def __init__(self, why: str, *, status: int = 403) -> None:
        super().__init__(why=why)
        self.why, self.told = why, status


class CannotSend(Exception):
    """The provider took it not. `for_good`: trying again is of no use."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class NoExtension(Refusal):
    code = "no-extension"
    text = _("No telephone is set up for you. Ask an administrator to give you an extension.")


class CallBackTaken(Refusal):
    code = "call-back-taken"
    text = _("A colleague is calling already, or it is done. Load the list again.")
