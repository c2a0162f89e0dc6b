"""Levels and the strategy are edited as drafts and published as versions. Published ones never change."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from ruoshui.core.actors import Actor
from ruoshui.core.events import Configured, record
from ruoshui.core.guarding import must_set_up
from ruoshui.core.refusals import Invalid
from ruoshui.core.remembering import forget
from ruoshui.core.verbs import verb
from ruoshui.sla.drafts import RowDraft, TermDraft, draft_of_row, draft_of_term
from ruoshui.sla.events import LevelDrafted, LevelPublished, MatrixDrafted, MatrixPublished
from ruoshui.sla.models import (
    Level,
    LevelVersion,
    Matrix,
    OnReopen,
    Publishing,
    Rung,
    RungWhen,
    Strategy,
    Target,
    Term,
)
from ruoshui.sla.refusals import EmptyLevel, NoPublishedStrategy, NothingToPublish


@verb
def begin_draft(level: Level, *, by: Actor, at: datetime) -> LevelVersion:
    """The draft of a level: the one there is, else a copy of what is published."""
    must_set_up(level, by=by)
    Level.objects.select_for_update().get(pk=level.pk)
    draft = level.versions.filter(state=Publishing.DRAFT).first()
    if draft is not None:
        return draft
    latest = level.versions.order_by("-number").first()
    draft = LevelVersion.objects.create(
        level=level,
        number=(latest.number if latest else 0) + 1,
        on_reopen=latest.on_reopen if latest else OnReopen.CONTINUE,
    )
    if latest is not None:
        terms = latest.terms.select_related("calendar").prefetch_related("rungs")
        _write_terms(draft, [draft_of_term(term) for term in terms])
    record(LevelDrafted(number=draft.number), about=level, by=by, at=at)
    return draft


@verb
def set_terms(
    level: Level,
    terms: Sequence[TermDraft],
    *,
    on_reopen: str = OnReopen.CONTINUE,
    by: Actor,
    at: datetime,
) -> LevelVersion:
    """Replace everything the draft of a level says."""
    draft = begin_draft(level, by=by, at=at)
    if on_reopen not in OnReopen.values:
        raise Invalid({"on_reopen": [_("Choose what reopening does.")]})
    _check(terms)
    draft.on_reopen = on_reopen
    draft.save(update_fields=["on_reopen"])
    draft.terms.all().delete()
    _write_terms(draft, terms)
    told = {"terms": [None, [[t.milestone or t.target, f"{t.days} d" if t.days else t.minutes] for t in terms]]}
    record(Configured(what="sla.levelversion", changes=told), about=level, by=by, at=at)
    return draft


def _check(terms: Sequence[TermDraft]) -> None:
    errors: dict[str, list[str]] = {}
    codes = [term.milestone for term in terms if term.target == Target.MILESTONE]
    keys = [(term.target, term.milestone) for term in terms]
    for n, term in enumerate(terms):
        label = term.milestone or (str(Target(term.target).label) if term.target in Target.values else term.target)
        found = []
        if keys.count((term.target, term.milestone)) > 1:
            found.append(_("%(target)s is there twice.") % {"target": label})
        if term.after and (term.after not in codes or term.after == term.milestone):
            found.append(_("%(target)s begins after a milestone that this level does not have.") % {"target": label})
        if term.target == Target.MILESTONE and not term.name_zh:
            found.append(_("The milestone %(target)s needs a name.") % {"target": label})
        if term.minutes and any(r.when == RungWhen.BEFORE and r.amount >= term.minutes for r in term.rungs):
            found.append(_("A warning of %(target)s would come before it has begun.") % {"target": label})
        if found:
            errors[f"terms.{n}"] = found
    if errors:
        raise Invalid(errors)


def _write_terms(draft: LevelVersion, terms: Sequence[TermDraft]) -> None:
    for n, values in enumerate(terms):
        term = Term(version=draft, **values.fields())
        rungs = [
            Rung(term=term, when=r.when, amount=r.amount, to=r.to, is_urgent=r.is_urgent, by_mail=r.by_mail)
            for r in values.rungs
        ]
        try:
            term.full_clean(exclude=["version"])
            for rung in rungs:
                rung.full_clean(exclude=["term"])
        except ValidationError as wrong:
            told = [str(text) for texts in wrong.message_dict.values() for text in texts]
            raise Invalid({f"terms.{n}": told}) from wrong
        term.save()
        Rung.objects.bulk_create(rungs)


@verb
def discard_draft(level: Level, *, by: Actor, at: datetime) -> None:
    must_set_up(level, by=by)
    draft = LevelVersion.objects.select_for_update().filter(level=level, state=Publishing.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    draft.delete()
    record(Configured(what="sla.levelversion", changes={"draft": [draft.number, None]}), about=level, by=by, at=at)


@verb
def publish_level(level: Level, *, by: Actor, at: datetime) -> LevelVersion:
    """What the draft says is promised from now on. Promises that were made keep their version."""
    must_set_up(level, by=by)
    draft = LevelVersion.objects.select_for_update().filter(level=level, state=Publishing.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    if not draft.terms.exists():
        raise EmptyLevel
    draft.state, draft.published_at = Publishing.PUBLISHED, at
    draft.save(update_fields=["state", "published_at"])
    forget()
    told = LevelPublished(level=level.pk, version=draft.pk, number=draft.number)
    record(told, about=level, by=by, at=at)
    return draft


@verb
def begin_matrix(*, by: Actor, at: datetime) -> Matrix:
    """The draft of the strategy: the one there is, else a copy of what is published."""
    must_set_up(Matrix(), by=by)
    draft = Matrix.objects.select_for_update().filter(state=Publishing.DRAFT).first()
    if draft is not None:
        return draft
    latest = Matrix.objects.order_by("-number").first()
    number = (Matrix.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    draft = Matrix.objects.create(number=number)
    if latest is not None:
        rows = latest.rows.select_related("level", "tier", "type", "unit")
        _write_rows(draft, [draft_of_row(row) for row in rows])
    record(MatrixDrafted(number=number), about=draft, by=by, at=at)
    return draft


@verb
def set_rows(rows: Sequence[RowDraft], *, by: Actor, at: datetime) -> Matrix:
    """Replace all rows of the draft; the first one that fits will decide."""
    draft = begin_matrix(by=by, at=at)
    draft.rows.all().delete()
    _write_rows(draft, rows)
    told = [[row.level.code, row.type.code if row.type else "", row.tier.code if row.tier else ""] for row in rows]
    record(Configured(what="sla.matrix", changes={"rows": [None, told]}), about=draft, by=by, at=at)
    return draft


def _write_rows(draft: Matrix, rows: Sequence[RowDraft]) -> None:
    made = [Strategy(matrix=draft, position=n * 10, **row.fields()) for n, row in enumerate(rows, 1)]
    for n, row in enumerate(made):
        try:
            row.full_clean(exclude=["matrix"])
        except ValidationError as wrong:
            told = [str(text) for texts in wrong.message_dict.values() for text in texts]
            raise Invalid({f"rows.{n}": told}) from wrong
    Strategy.objects.bulk_create(made)


@verb
def discard_matrix(*, by: Actor, at: datetime) -> None:
    must_set_up(Matrix(), by=by)
    draft = Matrix.objects.select_for_update().filter(state=Publishing.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    record(Configured(what="sla.matrix", changes={"draft": [draft.number, None]}), about=draft, by=by, at=at)
    draft.delete()


@verb
def publish_matrix(*, by: Actor, at: datetime) -> Matrix:
    """Cases opened from now on are promised by this; those that have a promise keep it."""
    must_set_up(Matrix(), by=by)
    draft = Matrix.objects.select_for_update().filter(state=Publishing.DRAFT).first()
    if draft is None:
        raise NothingToPublish
    if not draft.rows.exists():
        raise NoPublishedStrategy
    draft.state, draft.published_at = Publishing.PUBLISHED, at
    draft.save(update_fields=["state", "published_at"])
    forget()
    record(MatrixPublished(number=draft.number), about=draft, by=by, at=at)
    return draft
