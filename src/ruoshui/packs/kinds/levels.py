"""Levels with their terms, and rows of the strategy."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from ruoshui.cases.models import CaseType
from ruoshui.core.configuring import configure
from ruoshui.customers.models import Tier
from ruoshui.organization.models import Calendar
from ruoshui.packs.kinds.base import Context, Values
from ruoshui.packs.kinds.plain import _linked
from ruoshui.packs.refusals import DraftInTheWay
from ruoshui.sla.actions import begin_matrix, publish_level, publish_matrix, set_rows, set_terms
from ruoshui.sla.drafts import USUAL_LADDER, RowDraft, RungDraft, TermDraft, draft_of_row, draft_of_term
from ruoshui.sla.models import Level, Matrix, Publishing
from ruoshui.sla.models.matrix import USUAL_RANK

NAMES = ("name_zh", "name_en", "explanation_zh", "explanation_en", "audience")
TERM = {
    "target": "",
    "minutes": 0,
    "days": 0,
    "milestone": "",
    "name_zh": "",
    "name_en": "",
    "after": "",
    "calendar_from": "unit",
    "calendar": "",
    "pauses_for": [],
    "compensation_zh": "",
    "compensation_en": "",
}
RUNG = {"when": "percent", "amount": 0, "to": "holder", "is_urgent": False, "by_mail": False}


class LevelKind:
    def code(self, values: Mapping[str, Any]) -> str:
        return str(values["code"])

    def full(self, values: Mapping[str, Any]) -> Values:
        named = {name: values.get(name, "external" if name == "audience" else "") for name in NAMES}
        terms = [self._term(term) for term in values["term"]]
        return {**named, "on_reopen": values.get("on_reopen", "continue"), "terms": terms}

    @staticmethod
    def _term(term: Mapping[str, Any]) -> Values:
        plain = {name: term.get(name, default) for name, default in TERM.items()}
        if term["target"] != "milestone":
            plain |= {"name_zh": "", "name_en": ""}
        usual = [{name: getattr(rung, name) for name in RUNG} for rung in USUAL_LADDER]
        plain["rungs"] = [{**RUNG, **rung} for rung in term["rung"]] if "rung" in term else usual
        return plain

    def read(self, code: str) -> Values | None:
        level = Level.objects.filter(code=code).first()
        if level is None:
            return None
        version = level.versions.filter(state=Publishing.PUBLISHED).order_by("-number").first()
        terms = version.terms.select_related("calendar").prefetch_related("rungs") if version else []
        return {
            **{name: str(getattr(level, name)) for name in NAMES},
            "on_reopen": version.on_reopen if version else "continue",
            "terms": [_plain_term(draft_of_term(term)) for term in terms],
        }

    def grown(self, values: Values) -> Values:
        terms = [{**TERM, **one, "rungs": [{**RUNG, **rung} for rung in one["rungs"]]} for one in values["terms"]]
        return {**values, "terms": terms}

    def write(self, code: str, values: Values, context: Context) -> None:
        level = Level.objects.filter(code=code).first() or Level(code=code)
        named = {name: values[name] for name in NAMES}
        level = configure(level, {"code": code, **named}, by=context.by, at=context.at)
        now = self.read(code) or {}
        if now.get("terms") == values["terms"] and now.get("on_reopen") == values["on_reopen"]:
            return
        if level.versions.filter(state=Publishing.DRAFT).exists():
            raise DraftInTheWay(what=level.name)
        drafts = [_drafted(term) for term in values["terms"]]
        set_terms(level, drafts, on_reopen=values["on_reopen"], by=context.by, at=context.at)
        publish_level(level, by=context.by, at=context.at)

    def finish(self, context: Context) -> None:
        """Each level is published by itself."""


def _plain_term(term: TermDraft) -> Values:
    plain: Values = {name: getattr(term, name) for name in TERM}
    plain["calendar"] = term.calendar.code if term.calendar else ""
    plain["pauses_for"] = list(plain["pauses_for"])
    plain = {name: str(value) if isinstance(value, str) else value for name, value in plain.items()}
    plain["rungs"] = [{name: getattr(rung, name) for name in RUNG} for rung in term.rungs]
    return plain


def _drafted(term: Values) -> TermDraft:
    values = {name: value for name, value in term.items() if name != "rungs"}
    values["pauses_for"] = tuple(values["pauses_for"])
    values["calendar"] = _linked(Calendar, values.get("calendar", ""))
    return TermDraft(**values, rungs=tuple(RungDraft(**rung) for rung in term["rungs"]))


ROW = {
    "level": "",
    "tier": "",
    "priority": "",
    "channel": "",
    "type": "",
    "queue_rank": USUAL_RANK,
    "survey_percent": 100,
}
ASKED = ("type", "tier", "priority", "channel")


class StrategyKind:
    """A row is named by what it asks for. New rows are put before the general ones, which name no type. All rows of an
    installation are published as one strategy.
    """

    def __init__(self) -> None:
        self.is_writing = False

    def code(self, values: Mapping[str, Any]) -> str:
        return "/".join(str(values.get(name, "")) or "*" for name in ASKED)

    def full(self, values: Mapping[str, Any]) -> Values:
        return {name: values.get(name, default) for name, default in ROW.items()}

    def read(self, code: str) -> Values | None:
        rows = [row for row in _rows() if row.unit is None]
        return next((plain for plain in map(_plain_row, rows) if self.code(plain) == code), None)

    def grown(self, values: Values) -> Values:
        return {**ROW, **values}

    def write(self, code: str, values: Values, context: Context) -> None:
        level = _linked(Level, values["level"])
        assert isinstance(level, Level)
        tier, type = _linked(Tier, values["tier"]), _linked(CaseType, values["type"])
        new = RowDraft(
            level=level,
            tier=tier,  # type: ignore[arg-type] # found by its code, so of its kind
            type=type,  # type: ignore[arg-type]
            priority=values["priority"],
            channel=values["channel"],
            queue_rank=values["queue_rank"],
            survey_percent=values["survey_percent"],
        )
        if not self.is_writing and Matrix.objects.filter(state=Publishing.DRAFT).exists():
            raise DraftInTheWay(what=str(_("Service strategy")))
        rows = _rows(Publishing.DRAFT if self.is_writing else Publishing.PUBLISHED)
        place = next((n for n, row in enumerate(rows) if row.unit is None and self.code(_plain_row(row)) == code), None)
        if place is None:
            place = next((n for n, row in enumerate(rows) if row.type is None and row.tier is None), len(rows))
            rows.insert(place, new)
        else:
            rows[place] = new
        begin_matrix(by=context.by, at=context.at)
        set_rows(rows, by=context.by, at=context.at)
        self.is_writing = True

    def finish(self, context: Context) -> None:
        if self.is_writing:
            self.is_writing = False
            publish_matrix(by=context.by, at=context.at)


def _rows(state: str = Publishing.PUBLISHED) -> list[RowDraft]:
    matrix = Matrix.objects.filter(state=state).order_by("-number").first()
    rows = matrix.rows.select_related("level", "tier", "type", "unit") if matrix else []
    return [draft_of_row(row) for row in rows]


def _plain_row(row: RowDraft) -> Values:
    return {
        "level": row.level.code,
        "tier": row.tier.code if row.tier else "",
        "type": row.type.code if row.type else "",
        "priority": row.priority,
        "channel": row.channel,
        "queue_rank": row.queue_rank,
        "survey_percent": row.survey_percent,
    }
