"""Documents of a case at the desk: take in, look at, accept, send back, do without."""

from collections.abc import Callable
from typing import TypeVar

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.core.typed import key_in
from ruoshui.documents import actions
from ruoshui.documents.models import Document, DocumentVersion, Requirement
from ruoshui.organization.models import Staff
from ruoshui.web.access import staff_of, staff_only, visible_case
from ruoshui.web.conversation import file_response, uploads_of
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.workspace.verbs import on_case

M = TypeVar("M", Requirement, Document)


@takes_files
@on_case
def receive(request: HttpRequest, staff: Staff, case: Case) -> str:
    files = uploads_of(request.FILES.getlist("files"))
    if not files:
        raise Invalid({"files": [_("Choose a file first.")]})
    for upload in files:
        actions.receive_document(
            case,
            upload,
            requirement=_own(Requirement, case, request.POST.get("requirement")),
            document=_own(Document, case, request.POST.get("document")),
            title=request.POST.get("title", "") if len(files) == 1 else "",
            internal="internal" in request.POST,
            by=staff.actor,
            at=timezone.now(),
        )
    return _("The document is kept.")


def _own(model: type[M], case: Case, pk: str | None) -> M | None:
    """The row of this case with a posted id."""
    return model._default_manager.filter(case=case, pk=key_in(pk)).first()


def _on_document(act: Callable[[HttpRequest, Staff, Document], str]) -> Callable[[HttpRequest, int], HttpResponseBase]:
    @on_case
    def view(request: HttpRequest, staff: Staff, case: Case) -> str:
        document = _own(Document, case, request.POST.get("document"))
        if document is None:
            raise NotFound
        document.case = case
        return act(request, staff, document)

    return view


@_on_document
def accept(request: HttpRequest, staff: Staff, document: Document) -> str:
    actions.accept_document(document, by=staff.actor, at=timezone.now())
    return _("The document is accepted.")


@_on_document
def send_back(request: HttpRequest, staff: Staff, document: Document) -> str:
    remark = request.POST.get("remark", "")
    actions.send_document_back(document, remark=remark, by=staff.actor, at=timezone.now())
    return _("The customer is asked to bring it again.")


@on_case
def waive(request: HttpRequest, staff: Staff, case: Case) -> str:
    requirement = _own(Requirement, case, request.POST.get("requirement"))
    if requirement is None:
        raise NotFound
    requirement.case = case
    actions.waive_requirement(requirement, why=request.POST.get("why", ""), by=staff.actor, at=timezone.now())
    return _("It is not needed any more.")


@staff_only
def file(request: HttpRequest, pk: int) -> FileResponse:
    version = DocumentVersion.objects.select_related("document").filter(pk=pk).first()
    if version is None:
        raise NotFound
    visible_case(staff_of(request), version.document.case_id)
    return shown_file(request, version)


def shown_file(request: HttpRequest, version: DocumentVersion) -> FileResponse:
    """Pictures and PDF can be looked at in a tab of their own; everything else is a download."""
    response = file_response(version)
    if "show" in request.GET and version.can_be_shown:
        response.headers["Content-Disposition"] = "inline"
        # A PDF's viewer does not run in a sandbox; its own is enough, and nothing else may be loaded.
        if not version.is_picture:
            response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
