from ruoshui.channels.models.letters import LetterIn, LetterOut, LetterState, OutState
from ruoshui.channels.models.mailboxes import BlockedHost, Mailbox

__all__ = ["BlockedHost", "LetterIn", "LetterOut", "LetterState", "Mailbox", "OutState"]
