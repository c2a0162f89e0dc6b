"""The demo's service strategy: who gets which of the ten levels, and a level with named milestones."""

from collections.abc import Mapping
from datetime import datetime

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.models import Tier
from ruoshui.sla.actions import publish_level, publish_matrix, set_rows, set_terms
from ruoshui.sla.actions.installing import install_standard_levels
from ruoshui.sla.drafts import USUAL_LADDER, RowDraft, TermDraft
from ruoshui.sla.models import Level, Target
from ruoshui.sla.standard import DAY, STANDARD_LEVELS

# type, priority, tier, level, place in the queue, asked for satisfaction in %
ROWS: list[tuple[str, str, str, str, int, int]] = [
    ("", "urgent", "", "1a", 1, 100),
    ("", "", "diamond", "1a", 2, 100),
    ("outage", "", "", "2a", 3, 100),
    ("complaint", "", "", "2a", 3, 100),
    ("incident", "high", "", "1b", 4, 50),
    ("incident", "", "", "2b", 5, 50),
    ("enquiry", "", "", "5a", 7, 100),
    ("connection", "", "", "4a", 5, 100),
    ("", "high", "", "2a", 4, 100),
    ("", "", "", "3a", 5, 100),
]


def set_up_strategy(types: Mapping[str, CaseType], tiers: Mapping[str, Tier], at: datetime) -> None:
    levels = install_standard_levels(by=SYSTEM, at=at)
    _connection_level(levels["4a"], at)
    rows = [
        RowDraft(
            level=levels[level],
            type=types.get(type),
            priority=priority,
            tier=tiers.get(tier),
            queue_rank=rank,
            survey_percent=percent,
        )
        for type, priority, tier, level, rank, percent in ROWS
    ]
    set_rows(rows, by=SYSTEM, at=at)
    publish_matrix(by=SYSTEM, at=at)


def _connection_level(level: Level, at: datetime) -> None:
    """A connection has stages a customer waits for: the visit on site, then the supply plan."""
    standard = next(one for one in STANDARD_LEVELS if one.code == level.code)
    milestones = [
        TermDraft(
            Target.MILESTONE,
            2 * DAY,
            "survey",
            "现场勘查",
            "Visit on site",
            pauses_for=("customer",),
            rungs=USUAL_LADDER,
        ),
        TermDraft(
            Target.MILESTONE, 3 * DAY, "plan", "答复供电方案", "Supply plan answered", "survey", rungs=USUAL_LADDER
        ),
    ]
    set_terms(level, [*standard.terms(), *milestones], by=SYSTEM, at=at)
    publish_level(level, by=SYSTEM, at=at)
