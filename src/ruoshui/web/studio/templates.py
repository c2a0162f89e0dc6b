"""Templates in the browser: process, forms, tables, documents; checked, tried, compared, published, carried."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import CaseType
from ruoshui.core.plain_json import NotPlain, read_json
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.organization.guarding import seen_in_settings
from ruoshui.organization.models import Role, Unit
from ruoshui.packs.sharing import pack_of, take_in
from ruoshui.processes.actions import (
    begin_template,
    discard_template,
    move_to_version,
    publish_template,
    set_template,
)
from ruoshui.processes.actions.templating import faults
from ruoshui.processes.engine.dmn import read_dmn, write_dmn
from ruoshui.processes.engine.drawing import MESSAGES
from ruoshui.processes.engine.table_shapes import plain_table, table_from
from ruoshui.processes.models import JointGroup, Run, TemplateVersion
from ruoshui.processes.models.templates import TemplateState
from ruoshui.processes.refusals import NothingToTakeAway
from ruoshui.processes.templates import current_template
from ruoshui.processes.verbs import SERVICES
from ruoshui.sla.models import Level
from ruoshui.web.access import staff_of
from ruoshui.web.conversation import uploads_of
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.studio.comparing import differences
from ruoshui.web.studio.doors import found_setting, page_of, sets_up, tell
from ruoshui.web.studio.words import designer_words


def type_of(request: HttpRequest, code: str) -> CaseType:
    return found_setting(staff_of(request), CaseType, code=code)


def about(request: HttpRequest, type: CaseType, **more: Any) -> dict[str, Any]:
    return page_of(request, "templates", type, type=type, **more)


def _draft(type: CaseType) -> TemplateVersion:
    version = TemplateVersion.objects.filter(template__type=type, state=TemplateState.DRAFT).first()
    if version is None:
        raise NotFound
    return version


@sets_up(CaseType)
def index(request: HttpRequest) -> HttpResponse:
    """Every case type, with what it has published and whether somebody is changing it."""
    types = seen_in_settings(staff_of(request), CaseType).prefetch_related("template__versions").select_related("unit")
    rows = []
    for type in types:
        template = getattr(type, "template", None)
        versions = list(template.versions.all()) if template else []
        published = next((one for one in versions if one.state == TemplateState.PUBLISHED), None)
        rows.append((type, published, any(one.state == TemplateState.DRAFT for one in versions)))
    return render(request, "studio/templates.html", page_of(request, "templates", CaseType, rows=rows))


@sets_up(CaseType)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """What is published, the versions before it, and how many cases follow each."""
    type = type_of(request, code)
    versions = list(TemplateVersion.objects.filter(template__type=type).defer("drawing"))
    running = {one.pk: Run.objects.filter(version=one, status="running").count() for one in versions}
    context = about(
        request,
        type,
        versions=[(one, running[one.pk]) for one in versions if one.state == TemplateState.PUBLISHED],
        draft=next((one for one in versions if one.state == TemplateState.DRAFT), None),
    )
    return render(request, "studio/template.html", context)


@sets_up(CaseType)
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The designers. A POST begins a draft, or writes parts of it (JSON) and answers what is still wrong."""
    type, staff, now = type_of(request, code), staff_of(request), timezone.now()
    if request.method != "POST":
        version = _draft(type)
        return render(
            request,
            "studio/designer.html",
            about(request, type, version=version, data=_designed(type, version)),
        )
    if request.content_type != "application/json":
        begin_template(type, by=staff.actor, at=now)
        return redirect("studio:template-draft", code)
    try:
        version = set_template(type.template, read_json(request.body), by=staff.actor, at=now)
        found = faults(version)
    except (Refusal, NotPlain) as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    return JsonResponse({"faults": [{"part": part, "place": place, "text": text} for part, place, text in found]})


def _designed(type: CaseType, version: TemplateVersion) -> dict[str, Any]:
    """Everything the designers need to know, as one document for the island."""
    return {
        "drawing": version.drawing,
        "forms": version.forms,
        "decisions": version.decisions,
        "documents": version.documents,
        "type": {"code": type.code, "name": type.name},
        "roles": [[role.code, role.name] for role in Role.objects.all()],
        "units": [[f"unit:{unit.code}", unit.name] for unit in Unit.objects.filter(is_active=True)],
        "seats": [
            [f"group:{group.code}:{seat.code}", f"{group.name} · {seat.name}"]
            for group in JointGroup.objects.filter(is_active=True).prefetch_related("seats")
            for seat in group.seats.all()
        ],
        "levels": [[level.code, level.name] for level in Level.objects.filter(is_active=True)],
        "verbs": [[name, str(one.label), list(one.needs)] for name, one in SERVICES.items()],
        "messages": list(MESSAGES),
        "words": designer_words(),
    }


@sets_up(CaseType)
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    type, staff = type_of(request, code), staff_of(request)
    try:
        version = publish_template(
            _draft(type).template, note=request.POST.get("note", ""), by=staff.actor, at=timezone.now()
        )
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("studio:template-draft", code)
    messages.success(request, _("Version %s is published: new cases follow it.") % version.number)
    return redirect("studio:template", code)


@sets_up(CaseType)
@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    type = type_of(request, code)
    try:
        discard_template(_draft(type).template, by=staff_of(request).actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("studio:template", code)


@sets_up(CaseType)
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Running cases of older versions go on by the newest, where that is safe; the others stay, and it is said why."""
    type, staff = type_of(request, code), staff_of(request)
    newest = current_template(type.pk)
    if newest is None:
        raise NotFound
    moved, stayed = 0, []
    runs = Run.objects.filter(version__template__type=type, status="running").exclude(version=newest)
    for run in runs.select_related("case__unit", "version")[:1000]:
        try:
            move_to_version(run.case, newest, by=staff.actor, at=timezone.now())
            moved += 1
        except Refusal as refusal:
            stayed.append(f"{run.case.number}: {refusal}")
    messages.success(
        request, _("%(moved)s cases were moved, %(stayed)s stay.") % {"moved": moved, "stayed": len(stayed)}
    )
    for text in stayed[:5]:
        messages.error(request, text)
    return redirect("studio:template", code)


@sets_up(CaseType)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions beside each other: what was added, taken out and changed."""
    type = type_of(request, code)
    versions = {one.number: one for one in TemplateVersion.objects.filter(template__type=type)}
    numbers = sorted(versions, reverse=True)
    given = [
        int(n) for n in (request.GET.get("new", ""), request.GET.get("old", "")) if is_whole(n) and int(n) in versions
    ]
    new, old = (given + numbers[len(given) :] + numbers[-1:])[:2] if numbers else (0, 0)
    if not numbers:
        raise NotFound
    found = differences(versions[old], versions[new])
    return render(
        request,
        "studio/compare.html",
        about(request, type, found=found, numbers=numbers, new=new, old=old),
    )


@takes_files
@sets_up(CaseType)
def carry(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the drawing, the tables or the whole as a pack, to be kept or taken elsewhere. POST: a file comes in."""
    type = type_of(request, code)
    if request.method == "POST":
        return _bring(request, type)
    version = TemplateVersion.objects.filter(template__type=type).order_by("-number").first()
    what = request.GET.get("what", "bpmn")
    if version is None:
        raise NotFound
    if what == "pack":
        return _file(pack_of(type), f"{code}.zip", "application/zip")
    if not (version.decisions if what == "dmn" else version.drawing):
        part = _("decision table") if what == "dmn" else _("drawing")
        tell(request, NothingToTakeAway(type=type.name, what=part))
        return redirect("studio:template", type.code)
    if what == "dmn":
        tables = [table_from(table) for table in version.decisions]
        return _file(write_dmn(tables).encode(), f"{code}.dmn", "application/xml")
    return _file(version.drawing.encode(), f"{code}.bpmn", "application/xml")


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _say_what_was_left_out(request: HttpRequest, left_out: Mapping[str, str]) -> None:
    """Decisions of a DMN file that are no tables and could not be said as one."""
    shown = [_("“%(name)s”: %(why)s") % {"name": name, "why": why} for name, why in islice(left_out.items(), 5)]
    if shown:
        text = _("Left out (%(count)s), so that the process has to supply these answers as fields: %(which)s")
        messages.warning(request, text % {"count": len(left_out), "which": " ".join(shown)})


def _bring(request: HttpRequest, type: CaseType) -> HttpResponse:
    """A BPMN drawing, DMN tables or a pack from elsewhere. Nothing of it is published by that, except a pack's."""
    staff, now = staff_of(request), timezone.now()
    try:
        files = uploads_of(request.FILES.getlist("file"))
        if len(files) != 1:
            raise Invalid({"file": [_("Choose one file.")]})
        (upload,) = files
        if upload.name.lower().endswith(".zip"):
            take_in(upload.content, unit=type.unit, by=staff.actor, at=now)
            messages.success(request, _("The pack is taken in."))
            return redirect("studio:templates")
        version = begin_template(type, by=staff.actor, at=now)
        if upload.name.lower().endswith(".dmn"):
            there, brought = {table["code"]: table for table in version.decisions}, read_dmn(upload.content)
            there |= {table.code: plain_table(table) for table in brought.tables}
            set_template(version.template, {"decisions": list(there.values())}, by=staff.actor, at=now)
            _say_what_was_left_out(request, brought.left_out)
        else:
            set_template(version.template, {"drawing": upload.content}, by=staff.actor, at=now)
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("studio:template", type.code)
    messages.success(request, _("The file is in the draft. Look at it, then publish."))
    return redirect("studio:template-draft", type.code)
