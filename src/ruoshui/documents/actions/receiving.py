from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.cases.actions import locked_active, make_findable, write
from ruoshui.cases.files import Upload, checked
from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.content import keep_content
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.scanning import Infected, scan
from ruoshui.core.verbs import verb
from ruoshui.documents.events import DocumentReceived
from ruoshui.documents.models import Checked, Document, DocumentState, DocumentVersion, Requirement
from ruoshui.documents.models.requirements import missing
from ruoshui.documents.refusals import FileInfected
from ruoshui.documents.texts import text_of


@verb
def receive_document(
    case: Case,
    upload: Upload,
    *,
    requirement: Requirement | None = None,
    document: Document | None = None,
    title: str = "",
    internal: bool = False,
    by: Actor,
    at: datetime,
) -> DocumentVersion:
    """A file comes in: for a requirement, as a new version of `document`, or as a paper of its own.

    Refuses kinds and sizes that are not allowed, content that is not what its name says, and what the scanner finds.
    """
    name, content_type = checked(upload)
    is_checked = _scanned(upload, name)
    case = locked_active(case)
    document = _document(case, requirement, document) or Document.objects.create(
        case=case,
        requirement=requirement,
        title=title.replace("\x00", "").strip()[:160] or (requirement.name_zh if requirement else name),
        internal=internal,
    )
    version = _version(document, upload, name, content_type, Checked.CLEAN if is_checked else Checked.NOT, by, at)
    document.state, document.remark = DocumentState.RECEIVED, ""
    document.save(update_fields=["state", "remark"])
    make_findable(case, [document.title, name, text_of(name, upload.content)])
    write(case, at)
    told = DocumentReceived(
        document=document.pk,
        version=version.number,
        title=document.title,
        code=document.requirement.code if document.requirement else "",
        complete=not missing(case).exists(),
    )
    record(told, about=case, by=by, at=at)
    return version


def _version(
    document: Document, upload: Upload, name: str, content_type: str, checked: str, by: Actor, at: datetime
) -> DocumentVersion:
    number = document.versions.count() + 1
    version = DocumentVersion(document=document, number=number, name=name, content_type=content_type, checked=checked)
    version.by_kind, version.by_id, version.at = by.kind, by.id, at
    keep_content(version, upload.content)
    version.save()
    return version


def _document(case: Case, requirement: Requirement | None, document: Document | None) -> Document | None:
    """The one it is a new version of, if that is there; both it and what it is for belong to this case."""
    if requirement is not None and requirement.case_id != case.pk:
        raise Invalid({"requirement": [_("This document belongs to another case.")]})
    if requirement is not None:
        document = Document.objects.filter(requirement=requirement).first()
    if document is not None and document.case_id != case.pk:
        raise Invalid({"document": [_("This document belongs to another case.")]})
    return document


def _scanned(upload: Upload, name: str) -> bool:
    try:
        return scan(upload.content)
    except Infected as found:
        raise FileInfected(name=name, found=str(found)) from found
