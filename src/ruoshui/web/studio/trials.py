"""A case template played through with a sample case, before anybody's real one follows it."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.cases.models import CaseType
from ruoshui.cases.schemas import fields_of, from_post
from ruoshui.core.plain_json import NotPlain, read_json
from ruoshui.core.refusals import Invalid
from ruoshui.organization.models import Unit
from ruoshui.processes.models import TemplateVersion
from ruoshui.processes.trying import TrialStep, try_out
from ruoshui.web.studio.doors import sets_up
from ruoshui.web.studio.templates import about, type_of


@sets_up(CaseType)
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """A sample case through the draft (else what is published), with a clock of its own."""
    type = type_of(request, code)
    version = TemplateVersion.objects.filter(template__type=type).order_by("-number").first()
    unit = type.unit or Unit.objects.filter(parent=None).first()
    if version is None or not version.drawing or unit is None:
        messages.error(request, _("There is no process to try yet."))
        return redirect("studio:template", code)
    posted = {name: str(value) for name, value in request.POST.items()}
    application = version.forms.get("application", {})
    steps = _steps(posted.get("steps") or "[]")
    answers = {name.removeprefix("form_"): value for name, value in posted.items() if name.startswith("form_")}
    if "begin" in posted:
        steps = [{"kind": "begin", "node": "", "answers": from_post(application, answers)}]
    elif posted.get("node"):
        schema = version.forms.get(posted.get("form", ""), {})
        given: dict[str, Any] = from_post(schema, answers)
        if "decision" in posted:
            given = {"approved": posted["decision"] == "approve"}
        steps.append({"kind": posted.get("kind", "task"), "node": posted["node"], "answers": given})
    elif "back" in posted:
        steps = steps[:-1]
    context = about(
        request,
        type,
        version=version,
        fields=[(one, "", []) for one in fields_of(application)],
        steps=steps,
    )
    if steps:
        context |= _tried(version, steps, unit)
    return render(request, "studio/trial.html", context)


def _steps(kept: str) -> list[dict[str, Any]]:
    """The steps so far, as the page carries them."""
    try:
        return [
            {"kind": str(one["kind"]), "node": str(one["node"]), "answers": dict(one["answers"])}
            for one in read_json(kept)
        ]
    except (NotPlain, KeyError, TypeError, ValueError) as wrong:
        raise Invalid({"steps": [_("This page is out of date. Load it again.")]}) from wrong


def _tried(version: TemplateVersion, steps: list[dict[str, Any]], unit: Unit) -> dict[str, Any]:
    """The trial so far; a step that was refused is left out, and why is said."""
    taken, now = [TrialStep(one["kind"], one["node"], one["answers"]) for one in steps[1:]], timezone.now()
    found = try_out(version, steps[0]["answers"], taken, unit=unit, at=now)
    if found.fault and taken:
        fault, steps = found.fault, steps[:-1]
        found = try_out(version, steps[0]["answers"], taken[:-1], unit=unit, at=now)
        found.fault = fault
    waiting: list[tuple[Any, list[tuple[Any, str, list[str]]], Any]] = []
    for one in found.waiting:
        fields = fields_of(version.forms.get(one.node.get("form"), {}))
        waiting.append((one, [(field, "", []) for field in fields], found.dues.get(one.node.id)))
    return {"trial": found, "waiting": waiting, "kept": json.dumps(steps)}
