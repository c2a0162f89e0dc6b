"""A message that came over a line, with a file that was not taken over: what it is, and its original for who may."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from ruoshui.cases.models import Case
from ruoshui.channels.models import TextIn
from ruoshui.core.file_names import safe_file_name
from ruoshui.core.refusals import NotAllowed, NotFound
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import staff_of, staff_only


def _visible(staff: Staff, pk: int) -> TextIn:
    texts = TextIn.objects.visible_to(staff).exclude(file="").select_related("line__unit")
    text = texts.filter(pk=pk).first()
    if text is None:
        raise NotFound
    return text


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    text = _visible(staff, pk)
    context = {
        "text": text,
        "size": text.file.size,
        "case": Case.objects.visible_to(staff).filter(pk=text.case_id or 0).first(),
        "may_fetch": staff.may(Permission.SUPERVISE, text.line.unit),
        "place": "mail",
    }
    return render(request, "workspace/text_one.html", context)


@staff_only
def raw(request: HttpRequest, pk: int) -> FileResponse:
    """Byte for byte, as a download that no browser opens. It may do harm: for who supervises the line's unit."""
    staff = staff_of(request)
    text = _visible(staff, pk)
    if not staff.may(Permission.SUPERVISE, text.line.unit):
        raise NotAllowed
    name = safe_file_name(text.file_name) or f"file-{text.pk}"
    kind = "application/octet-stream"
    response = FileResponse(text.file.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
