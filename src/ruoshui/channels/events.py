from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("channels.call")
@dataclass(frozen=True, kw_only=True)
class CallMoved(Event):
    """Something happened to a call: ring, answer, transfer, hangup."""

    what: str
    extension: str
    sentence = _("the telephone: {what}")
    icon = "phone"


@register("channels.letter_let_in")
@dataclass(frozen=True, kw_only=True)
class LetterLetIn(Event):
    """`held_as`: the state that it was kept back in."""

    held_as: str
    sentence = _("let the mail in")
    icon = "mail-check"


@register("channels.letter_held_again")
@dataclass(frozen=True, kw_only=True)
class LetterHeldAgain(Event):
    """An older rule had left it out; the present one would not."""

    sentence = _("lets the mail wait to be checked after all")
    icon = "hourglass"


@register("channels.letter_left_out")
@dataclass(frozen=True, kw_only=True)
class LetterLeftOut(Event):
    held_as: str
    sentence = _("left the mail out")
    icon = "mail-x"


@register("channels.call_noted")
@dataclass(frozen=True, kw_only=True)
class CallNoted(Event):
    sentence = _("made a note about the call")
    icon = "note"


@register("channels.call_back_wanted")
@dataclass(frozen=True, kw_only=True)
class CallBackWanted(Event):
    sentence = _("wants to be called back")
    icon = "phone-calling"


@register("channels.call_back_ended")
@dataclass(frozen=True, kw_only=True)
class CallBackEnded(Event):
    state: str
    tries: int
    sentence = _("called back: {state}")
    icon = "phone-check"


@register("channels.call_back_taken")
@dataclass(frozen=True, kw_only=True)
class CallBackTakenUp(Event):
    sentence = _("calls back now")
    icon = "phone-outgoing"


@register("channels.paper_marked")
@dataclass(frozen=True, kw_only=True)
class PaperMarked(Event):
    """A letter on paper was printed, posted or came back; `before` is what it was."""

    before: str
    state: str
    sentence = _("marked the letter on paper: {state}")
    icon = "printer"
