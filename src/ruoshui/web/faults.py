"""Why something could not be done yet, in words; the technical ones are for the log and for who looks at the row."""

from django.utils.translation import gettext as _

from ruoshui.core.trouble import Trouble

OURS = "ours"


def is_fault(reason: str) -> bool:
    """ "database-away:OperationalError: …": a kind of fault, and what the machine said."""
    return reason.partition(":")[0] in (*Trouble, OURS)


def fault_words(reason: str) -> str:
    words = {
        Trouble.DATABASE: _("the database was away"),
        Trouble.NO_ROOM: _("the disk was full"),
        Trouble.MACHINE: _("the machine or the network failed"),
        OURS: _("a fault in the program, which is on record"),
    }
    return words.get(reason.partition(":")[0], words[OURS])
