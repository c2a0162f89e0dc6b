from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import locked_active
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.documents.events import DocumentAccepted, DocumentSentBack
from ruoshui.documents.models import Document, DocumentState
from ruoshui.documents.refusals import AlreadySo


@verb
def accept_document(document: Document, *, by: Actor, at: datetime) -> Document:
    """Somebody has looked at it: it is what was asked for."""
    _settled(document, DocumentState.ACCEPTED)
    record(DocumentAccepted(document=document.pk, title=document.title), about=document.case, by=by, at=at)
    return document


@verb
def send_document_back(document: Document, *, remark: str, by: Actor, at: datetime) -> Document:
    """The customer has to bring it again; `remark` tells them what was wrong."""
    remark = remark.replace("\x00", "").strip()
    if not remark or len(remark) > 300:
        raise Invalid({"remark": [_("Say what is wrong with it: the customer reads it.")]})
    _settled(document, DocumentState.SENT_BACK, remark)
    told = DocumentSentBack(document=document.pk, title=document.title, remark=remark)
    record(told, about=document.case, by=by, at=at)
    return document


def _settled(document: Document, state: DocumentState, remark: str = "") -> None:
    locked_active(document.case)
    document.refresh_from_db(fields=["state"])
    if document.state == state:
        raise AlreadySo(title=document.title, state=state.label)
    document.state, document.remark = state, remark
    document.save(update_fields=["state", "remark"])
