"""Templates are changed in a draft and published as a whole; what runs keeps the version it began with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ruoshui.cases.form_rules import check_form_schema, sound_form
from ruoshui.cases.models import CaseType
from ruoshui.core.actors import Actor
from ruoshui.core.configuring import configure
from ruoshui.core.events import record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.processes.actions._shapes import shaped
from ruoshui.processes.engine.checking import problems
from ruoshui.processes.engine.decisions import BadDecision, DecisionTable
from ruoshui.processes.engine.drawing import Drawing, read_drawing
from ruoshui.processes.engine.expressions import BadExpression, parse
from ruoshui.processes.engine.machine import specs_of
from ruoshui.processes.engine.table_checks import faults_among
from ruoshui.processes.engine.table_shapes import table_from
from ruoshui.processes.events import TemplateDiscarded, TemplateDrafted, TemplatePublished
from ruoshui.processes.models import Template, TemplateVersion
from ruoshui.processes.models.templates import TemplateState
from ruoshui.processes.refusals import NoDraft, WrongTemplate
from ruoshui.processes.templates import APPLICATION, known_to

PARTS = ("drawing", "forms", "decisions", "documents")


@verb
def begin_template(type: CaseType, *, by: Actor, at: datetime) -> TemplateVersion:
    """The draft of a type's template: the one that is there, else a copy of what is published, else an empty one."""
    must_set_up(type, by=by)
    template, _made = Template.objects.get_or_create(type=type)
    Template.objects.select_for_update().get(pk=template.pk)
    draft = template.versions.filter(state=TemplateState.DRAFT).first()
    if draft is not None:
        return draft
    last = template.versions.order_by("-number").first()
    values = (
        {name: getattr(last, name) for name in PARTS}
        if last
        else {"forms": {APPLICATION: type.form} if type.form else {}}
    )
    number = last.number + 1 if last else 1
    draft = TemplateVersion.objects.create(
        template=template, number=number, by_kind=by.kind, by_id=by.id, at=at, **values
    )
    record(TemplateDrafted(number=number, parts=[]), about=template, by=by, at=at)
    return draft


def _locked_draft(template: Template) -> TemplateVersion:
    draft = TemplateVersion.objects.select_for_update().filter(template=template, state=TemplateState.DRAFT).first()
    if draft is None:
        raise NoDraft
    return draft


@verb
def set_template(template: Template, parts: Mapping[str, Any], *, by: Actor, at: datetime) -> TemplateVersion:
    """Write parts of the draft. A draft may be unfinished, so only what could never be read is refused."""
    must_set_up(template, by=by)
    draft = _locked_draft(template)
    if not isinstance(parts, Mapping):
        raise Invalid({"": [_("A template is sent in parts, each under its name.")]})
    changed = []
    for name, value in parts.items():
        before = getattr(draft, name, None)
        setattr(draft, name, shaped(name, value))
        changed += [name] if getattr(draft, name) != before else []
    draft.by_kind, draft.by_id, draft.at = by.kind, by.id, at
    draft.save()
    if changed:
        record(TemplateDrafted(number=draft.number, parts=sorted(changed)), about=template, by=by, at=at)
    return draft


@verb
def discard_template(template: Template, *, by: Actor, at: datetime) -> None:
    must_set_up(template, by=by)
    draft = _locked_draft(template)
    record(TemplateDiscarded(number=draft.number), about=template, by=by, at=at)
    draft.delete()


def faults(version: TemplateVersion) -> list[tuple[str, str, str]]:
    """Everything that keeps a version from being published: part, place in it, and what is wrong."""
    found: list[tuple[str, str, str]] = []
    for code, schema in version.forms.items():
        try:
            check_form_schema(schema)
        except ValidationError as wrong:
            found += [("forms", code, text) for text in wrong.messages]
        if "typename" in sound_form(schema).get("properties", {}):
            found.append(("forms", code, _("A field cannot be called “typename”.")))
    found += _faults_of_tables(version.decisions)
    found += _faults_of_documents(version.documents)
    drawing = read_drawing(version.drawing) if version.drawing else None
    found += _faults_of_steps(version.documents, drawing)
    if drawing is not None:
        wrongs = problems(drawing, known_to(version))
        found += [("drawing", one.node, str(one.text)) for one in wrongs]
        if not wrongs:
            specs_of(drawing)  # what only the engine would notice, it refuses here
    return found


def _faults_of_tables(decisions: list[Any]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    tables: dict[str, DecisionTable] = {}
    for number, table in enumerate(decisions, 1):
        try:
            made = table_from(table)
        except BadDecision as bad:
            found.append(("decisions", str(table.get("code") if isinstance(table, dict) else number), str(bad)))
        else:
            tables[made.code] = made
    # One that is wrong by itself is missing here: those that ask it are looked at when it is right.
    return found or [("decisions", code, text) for code, text in faults_among(tables)]


def _faults_of_steps(documents: list[Any], drawing: Drawing | None) -> list[tuple[str, str, str]]:
    """The steps that need a document are tasks of the drawing."""
    tasks = {node.id for node in drawing.of_kind("task")} if drawing else set()
    text = _("The drawing has no task “%s” that could need this document.")
    return [
        ("documents", str(one.get("code", "")), text % step)
        for one in documents
        if isinstance(one, dict)
        for step in str(one.get("steps") or "").split()
        if step not in tasks
    ]


def _faults_of_documents(documents: list[Any]) -> list[tuple[str, str, str]]:
    found, codes = [], set()
    for number, one in enumerate(documents, 1):
        code = str(one.get("code", "")) if isinstance(one, dict) else ""
        if not code or not one.get("name_zh"):
            found.append(("documents", code or str(number), _("A document needs a code and a name.")))
            continue
        if code in codes:
            found.append(("documents", code, _("Two documents have this code.")))
        codes.add(code)
        if one.get("when"):
            try:
                parse(one["when"])
            except BadExpression as bad:
                found.append(("documents", code, str(bad)))
    return found


@verb
def publish_template(template: Template, *, note: str = "", by: Actor, at: datetime) -> TemplateVersion:
    """From now on new cases are worked on like this. The application form becomes the case type's."""
    must_set_up(template, by=by)
    draft = _locked_draft(template)
    if found := faults(draft):
        raise WrongTemplate(faults=" ".join(f"{place}: {text}" for _part, place, text in found[:10]))
    draft.state, draft.note, draft.published_at = TemplateState.PUBLISHED, note.strip()[:300], at
    draft.by_kind, draft.by_id, draft.at = by.kind, by.id, at
    draft.save()
    application = draft.forms.get(APPLICATION)
    if application is not None and template.type.form != application:
        configure(template.type, {"form": application}, by=by, at=at)
    forget()
    record(TemplatePublished(number=draft.number, note=draft.note), about=template, by=by, at=at)
    return draft
