from ruoshui.channels.models.letters import LetterIn, LetterOut, LetterState, OutState
from ruoshui.channels.models.lines import Line, LineKind
from ruoshui.channels.models.mailboxes import BlockedFile, BlockedHost, Mailbox
from ruoshui.channels.models.texts import HeardCall, RefusedCall, TextIn, TextOut

__all__ = [
    "BlockedFile",
    "BlockedHost",
    "HeardCall",
    "LetterIn",
    "LetterOut",
    "LetterState",
    "Line",
    "LineKind",
    "Mailbox",
    "OutState",
    "RefusedCall",
    "TextIn",
    "TextOut",
]
