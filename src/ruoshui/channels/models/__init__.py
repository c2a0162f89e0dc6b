from ruoshui.channels.models.letters import LetterIn, LetterOut, LetterState, OutState
from ruoshui.channels.models.lines import Line, LineKind
from ruoshui.channels.models.mailboxes import BlockedFile, BlockedHost, Mailbox
from ruoshui.channels.models.paper import PaperLetter, PaperState
from ruoshui.channels.models.phone import (
    Call,
    CallBack,
    CallBackState,
    CallState,
    Dial,
    Direction,
    Exchange,
    ExchangeKind,
    Extension,
)
from ruoshui.channels.models.texts import HeardCall, RefusedCall, TextIn, TextOut

__all__ = [
    "BlockedFile",
    "BlockedHost",
    "Call",
    "CallBack",
    "CallBackState",
    "CallState",
    "Dial",
    "Direction",
    "Exchange",
    "ExchangeKind",
    "Extension",
    "HeardCall",
    "LetterIn",
    "LetterOut",
    "LetterState",
    "Line",
    "LineKind",
    "Mailbox",
    "OutState",
    "PaperLetter",
    "PaperState",
    "RefusedCall",
    "TextIn",
    "TextOut",
]
