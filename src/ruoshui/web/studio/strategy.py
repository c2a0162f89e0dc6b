"""The service strategy: the matrix in force, the draft of the next, and what it would have done."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models import CaseType, Channel, Priority
from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Tier
from ruoshui.organization.models import Staff, Unit
from ruoshui.sla.actions import discard_matrix, publish_matrix, set_rows
from ruoshui.sla.choosing import Facts, choose, rows_of
from ruoshui.sla.drafts import RowDraft, draft_of_row
from ruoshui.sla.models import Level, Matrix, Publishing, Strategy
from ruoshui.sla.models.matrix import USUAL_RANK
from ruoshui.sla.previewing import preview
from ruoshui.web.access import staff_of
from ruoshui.web.studio.doors import page_of, sets_up, tell

MOST_ROWS = 200
MONTH = timedelta(days=30)


def _page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, template, page_of(request, "strategy", Matrix, **context), status=status)


@sets_up(Matrix)
def index(request: HttpRequest) -> HttpResponse:
    published = Matrix.objects.filter(state=Publishing.PUBLISHED).order_by("-number").first()
    rows = rows_of(published) if published else []
    return _page(
        request,
        "studio/strategy.html",
        matrix=published,
        rows=rows,
        grid=_grid(rows),
        tiers=[*Tier.objects.all(), None],
        draft=Matrix.objects.filter(state=Publishing.DRAFT).first(),
    )


def _grid(rows: Iterable[Strategy]) -> list[tuple[CaseType, list[Strategy | None]]]:
    """What each tier gets for each kind of request, at its usual priority, from the portal."""
    rows = list(rows)
    tiers = [*(tier.pk for tier in Tier.objects.all()), None]
    found = []
    for type in CaseType.objects.filter(is_active=True).select_related("unit"):
        units = tuple(type.unit.lineage) if type.unit else ()
        cells = [choose(rows, Facts(type.pk, type.priority, Channel.PORTAL, units, tier)) for tier in tiers]
        found.append((type, [cell.row if cell else None for cell in cells]))
    return found


@sets_up(Matrix)
def draft(request: HttpRequest) -> HttpResponse:
    staff, now = staff_of(request), timezone.now()
    if request.method != "POST":
        latest = Matrix.objects.order_by("-number").first()
        rows = rows_of(latest) if latest else []
        shown = preview(rows, now - MONTH, now) if "preview" in request.GET else None
        return _draft_page(request, [draft_of_row(row) for row in rows], shown=shown)
    drafts = _rows_from(request)
    try:
        published = _save(drafts, "publish" in request.POST, staff)
    except Invalid as wrong:
        return _draft_page(request, drafts, errors=wrong.errors, status=422)
    except Refusal as refusal:
        tell(request, refusal)
        return redirect("studio:strategy-draft")
    if published:
        messages.success(request, _("The strategy is published."))
        return redirect("studio:strategy")
    messages.success(request, _("The draft is saved."))
    response = redirect("studio:strategy-draft")
    if "preview" in request.POST:
        response["Location"] += "?preview=1#preview"
    return response


@verb
def _save(rows: list[RowDraft], publish: bool, staff: Staff) -> bool:
    now = timezone.now()
    set_rows(rows, by=staff.actor, at=now)
    if publish:
        publish_matrix(by=staff.actor, at=now)
    return publish


def _draft_page(
    request: HttpRequest,
    rows: list[RowDraft],
    *,
    shown: Any = None,
    errors: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or {}
    draft = Matrix.objects.filter(state=Publishing.DRAFT).first()
    latest = Matrix.objects.order_by("-number").first()
    blank = [None] * 2
    return _page(
        request,
        "studio/strategy_draft.html",
        status,
        draft=draft,
        number=draft.number if draft else (latest.number if latest else 0) + 1,
        rows=[(n, row, errors.get(f"rows.{n}", [])) for n, row in enumerate([*rows, *blank])],
        preview=shown,
        moves=_moves(shown) if shown else [],
        levels=Level.objects.filter(is_active=True),
        tiers=Tier.objects.all(),
        types=CaseType.objects.filter(is_active=True),
        units=Unit.objects.filter(is_active=True),
        priorities=Priority.choices,
        channels=Channel.choices,
    )


def _moves(shown: Any) -> list[tuple[str, str, int, bool]]:
    """From which level to which, the most frequent first."""
    named = [
        (before.name if before else "—", after.name if after else "—", n, before != after)
        for (before, after), n in shown.moves.items()
    ]
    return sorted(named, key=lambda move: (not move[3], -move[2]))


def _rows_from(request: HttpRequest) -> list[RowDraft]:
    """In the order of their positions; a row without a level is left out."""
    post = request.POST
    found: list[tuple[int, int, RowDraft]] = []
    levels, tiers = Level.objects.in_bulk(), Tier.objects.in_bulk()
    types, units = CaseType.objects.in_bulk(), Unit.objects.in_bulk()
    for n in range(MOST_ROWS):
        level = levels.get(_whole(post.get(f"level-{n}", "")))
        if level is None:
            continue
        row = RowDraft(
            level=level,
            tier=tiers.get(_whole(post.get(f"tier-{n}", ""))),
            type=types.get(_whole(post.get(f"type-{n}", ""))),
            priority=post.get(f"priority-{n}", ""),
            channel=post.get(f"channel-{n}", ""),
            unit=units.get(_whole(post.get(f"unit-{n}", ""))),
            queue_rank=_whole(post.get(f"rank-{n}", ""), USUAL_RANK),
            survey_percent=_whole(post.get(f"survey-{n}", ""), 100),
        )
        found.append((_whole(post.get(f"position-{n}", ""), 10_000), n, row))
    return [row for _position, _n, row in sorted(found, key=lambda one: one[:2])]


def _whole(text: str, default: int = 0) -> int:
    return int(text) if is_whole(text) and len(text) < 9 else default


@sets_up(Matrix)
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    try:
        discard_matrix(by=staff_of(request).actor, at=timezone.now())
    except Refusal as refusal:
        tell(request, refusal)
    return redirect("studio:strategy")
