"""Service levels: what is published, its versions, and the draft of the next."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Calendar, Staff
from ruoshui.sla.actions import discard_draft, publish_level, set_terms
from ruoshui.sla.drafts import RungDraft, TermDraft, draft_of_term
from ruoshui.sla.models import (
    Audience,
    CalendarFrom,
    Level,
    LevelVersion,
    OnReopen,
    PauseReason,
    Publishing,
    RungTo,
    RungWhen,
    Target,
)
from ruoshui.web.access import staff_of
from ruoshui.web.studio.carried import carried, use
from ruoshui.web.studio.doors import found_setting, page_of, sets_up, tell

NAMES = ("code", "name_zh", "name_en", "audience", "explanation_zh", "explanation_en")
MOST_TERMS, MOST_RUNGS = 30, 12
CHOICES = {
    "targets": Target.choices,
    "calendar_sources": CalendarFrom.choices,
    "pause_reasons": PauseReason.choices,
    "whens": RungWhen.choices,
    "tos": RungTo.choices,
    "on_reopens": OnReopen.choices,
    "audiences": Audience.choices,
}


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, template, page_of(request, "levels", Level, **CHOICES, **context), status=status)


@sets_up(Level)
def index(request: HttpRequest) -> HttpResponse:
    levels = list(Level.objects.prefetch_related("versions__terms"))
    groups = [(label, [_row(one) for one in levels if one.audience == code]) for code, label in Audience.choices]
    return _page(request, "studio/levels.html", groups=groups)


def _row(level: Level) -> dict[str, Any]:
    versions = list(level.versions.all())
    published = next((version for version in versions if version.state == Publishing.PUBLISHED), None)
    draft = next((version for version in versions if version.state == Publishing.DRAFT), None)
    terms = {term.target: term for term in published.terms.all()} if published else {}
    return {"level": level, "published": published, "draft": draft, "terms": terms}


@sets_up(Level)
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Its names and use; what it promises is in its versions. Without a number: a new level."""
    level = found_setting(staff_of(request), Level, pk=pk) if pk else None
    errors: Mapping[str, list[str]] = {}
    if request.method == "POST":
        values: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in NAMES}
        values = carried(request.POST, values) | use(request.POST)
        try:
            saved = configure(level or Level(), values, by=staff_of(request).actor, at=timezone.now())
        except Invalid as wrong:
            errors = wrong.errors
        else:
            messages.success(request, _("Saved."))
            return redirect("studio:level", saved.pk)
    versions = []
    if level:
        versions = list(level.versions.prefetch_related("terms__rungs", "terms__calendar"))
    return _page(
        request,
        "studio/level.html",
        422 if errors else 200,
        level=level,
        errors=errors,
        values=request.POST or {name: getattr(level, name, "") for name in NAMES},
        versions=versions,
        draft=next((version for version in versions if version.state == Publishing.DRAFT), None),
    )


@sets_up(Level)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a level: begun from what is published, saved as often as one likes, then published."""
    staff = staff_of(request)
    level = found_setting(staff, Level, pk=pk)
    if request.method != "POST":
        version = _draft_or_latest(level)
        return _draft_page(request, level, version, _stored(version) if version.pk else [])
    terms = [_term_from(request, n) for n in range(MOST_TERMS) if request.POST.get(f"target-{n}")]
    try:
        version = _save(level, terms, request.POST.get("on_reopen", ""), "publish" in request.POST, staff)
    except Invalid as wrong:
        return _draft_page(request, level, _draft_or_latest(level), terms, errors=wrong.errors, status=422)
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("studio:draft", pk)
    if version.state == Publishing.PUBLISHED:
        messages.success(request, _("Version %(n)s is published.") % {"n": version.number})
        return redirect("studio:level", pk)
    messages.success(request, _("The draft is saved."))
    return redirect("studio:draft", pk)


@verb
def _save(level: Level, terms: list[TermDraft], on_reopen: str, publish: bool, staff: Staff) -> LevelVersion:
    now = timezone.now()
    version = set_terms(level, terms, on_reopen=on_reopen, by=staff.actor, at=now)
    return publish_level(level, by=staff.actor, at=now) if publish else version


def _draft_or_latest(level: Level) -> LevelVersion:
    """Looking at it begins no draft: that is done by saving."""
    return level.versions.order_by("-number").first() or LevelVersion(level=level, number=0)


def _stored(version: LevelVersion) -> list[TermDraft]:
    return [draft_of_term(term) for term in version.terms.select_related("calendar").prefetch_related("rungs")]


def _draft_page(
    request: HttpRequest,
    level: Level,
    version: LevelVersion,
    terms: list[TermDraft],
    errors: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    blank = TermDraft("")
    shown = [(n, term, errors.get(f"terms.{n}", []), _rungs(term)) for n, term in enumerate([*terms, blank])]
    return _page(
        request,
        "studio/draft.html",
        status,
        level=level,
        version=version,
        number=version.number + (version.state == Publishing.PUBLISHED or not version.pk),
        terms=shown,
        errors=[text for name, texts in errors.items() if not name.startswith("terms.") for text in texts],
        calendars=Calendar.objects.all(),
    )


def _rungs(term: TermDraft) -> list[tuple[int, RungDraft | None]]:
    """Those there are, and one empty line more."""
    return list(enumerate([*(term.rungs if term.target else ()), None][:MOST_RUNGS]))


def _term_from(request: HttpRequest, n: int) -> TermDraft:
    post = request.POST

    def text(name: str) -> str:
        return post.get(f"{name}-{n}", "").strip()

    target = text("target")
    is_milestone = target == Target.MILESTONE
    fixed = text("calendar_from") == CalendarFrom.FIXED
    amount, unit = _whole(text("amount")), text("amount_unit")
    return TermDraft(
        target=target,
        minutes=amount * {"hours": 60, "minutes": 1}.get(unit, 0),
        days=amount if unit == "days" else 0,
        milestone=text("milestone") if is_milestone else "",
        name_zh=text("name_zh") if is_milestone else "",
        name_en=text("name_en") if is_milestone else "",
        after=text("after") if is_milestone else "",
        calendar_from=text("calendar_from") or CalendarFrom.UNIT,
        calendar=Calendar.objects.filter(pk=_whole(text("calendar"))).first() if fixed else None,
        pauses_for=tuple(post.getlist(f"pauses-{n}")),
        compensation_zh=text("compensation_zh"),
        compensation_en=text("compensation_en"),
        rungs=tuple(_rung_from(request, n, k) for k in range(MOST_RUNGS) if is_whole(text(f"rung_amount-{k}"))),
    )


def _rung_from(request: HttpRequest, n: int, k: int) -> RungDraft:
    post = request.POST
    return RungDraft(
        when=post.get(f"rung_when-{k}-{n}", ""),
        amount=_whole(post.get(f"rung_amount-{k}-{n}", "")),
        to=post.get(f"rung_to-{k}-{n}", ""),
        is_urgent=f"rung_urgent-{k}-{n}" in post,
        by_mail=f"rung_mail-{k}-{n}" in post,
    )


def _whole(text: str) -> int:
    return int(text) if is_whole(text) and len(text) < 9 else 0


@sets_up(Level)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        discard_draft(found_setting(staff_of(request), Level, pk=pk), by=staff_of(request).actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("studio:level", pk)
