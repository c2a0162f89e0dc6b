"""Which level? The first row of the strategy whose conditions all hold; and why."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.core.remembering import remembered
from ruoshui.sla.models import LevelVersion, Matrix, Publishing, Strategy
from ruoshui.sla.terms import current_versions


@dataclass(frozen=True, slots=True)
class Facts:
    """What the strategy looks at. `units` are the ids from the root down to the handling unit."""

    type: int
    priority: str
    channel: str
    units: tuple[int, ...]
    tier: int | None = None

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Choice:
    row: Strategy
    version: LevelVersion


@dataclass(frozen=True, slots=True)
class Considered:
    """A row that was looked at; `against` names the conditions that did not hold."""

    row: Strategy
    against: tuple[str, ...]


def facts_of(case: Case) -> Facts:
    tier = case.customer.tier_id if case.customer else None
    return Facts(case.type_id, case.priority, case.channel, tuple(case.unit.lineage), tier)


@remembered
def published_rows() -> list[Strategy]:
    matrix = Matrix.objects.filter(state=Publishing.PUBLISHED).order_by("-number").first()
    return rows_of(matrix) if matrix else []


def rows_of(matrix: Matrix) -> list[Strategy]:
    return list(matrix.rows.select_related("level", "tier", "type", "unit"))


def against(row: Strategy, facts: Facts) -> tuple[str, ...]:
    """The conditions of the row that these facts do not meet."""
    conditions = (
        ("tier", row.tier_id is None or row.tier_id == facts.tier),
        ("type", row.type_id is None or row.type_id == facts.type),
        ("priority", row.priority in ("", facts.priority)),
        ("channel", row.channel in ("", facts.channel)),
        ("unit", row.unit_id is None or row.unit_id in facts.units),
        ("level", row.level_id in current_versions()),
    )
    return tuple(name for name, holds in conditions if not holds)


def choose(rows: Iterable[Strategy], facts: Facts) -> Choice | None:
    for row in rows:
        if not against(row, facts):
            return Choice(row, current_versions()[row.level_id])
    return None


def choice_for(case: Case) -> Choice | None:
    return choose(published_rows(), facts_of(case))


def considered(rows: Iterable[Strategy], facts: Facts) -> list[Considered]:
    """Every row down to the one that decides, each with what spoke against it."""
    found = []
    for row in rows:
        found.append(Considered(row, against(row, facts)))
        if not found[-1].against:
            break
    return found
