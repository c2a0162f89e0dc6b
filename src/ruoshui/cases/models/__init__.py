from ruoshui.cases.models.cases import Case, CaseState, Channel, Priority
from ruoshui.cases.models.conversation import Attachment, Message, MessageKind
from ruoshui.cases.models.endings import Closure, Outcome, Override, Suspension, WaitReason
from ruoshui.cases.models.people import Participant
from ruoshui.cases.models.relations import CaseLink, LinkKind, Merger
from ruoshui.cases.models.search import SearchPiece
from ruoshui.cases.models.types import CaseType, Macro
from ruoshui.cases.models.views import SavedView

__all__ = [
    "Attachment",
    "Case",
    "CaseLink",
    "CaseState",
    "CaseType",
    "Channel",
    "Closure",
    "LinkKind",
    "Macro",
    "Merger",
    "Message",
    "MessageKind",
    "Outcome",
    "Override",
    "Participant",
    "Priority",
    "SavedView",
    "SearchPiece",
    "Suspension",
    "WaitReason",
]
