"""What a draft of a level or of the strategy holds, as plain values: from a form, the API or a pack."""

from dataclasses import dataclass, field

from ruoshui.cases.models import CaseType
from ruoshui.customers.models import Tier
from ruoshui.organization.models import Calendar, Unit
from ruoshui.sla.models import CalendarFrom, Level, PauseReason, Rung, RungTo, RungWhen, Strategy, Term
from ruoshui.sla.models.matrix import USUAL_RANK

# One's own organisation is no excuse towards the customer, and only a request can be sent back.
STOPS_RESOLUTION = tuple(r for r in PauseReason if r not in (PauseReason.INTERNAL, PauseReason.RETURNED))


@dataclass(frozen=True, slots=True)
class RungDraft:
    when: str
    amount: int
    to: str
    is_urgent: bool = False
    by_mail: bool = False


# First the holder and their supervisors, then step by step up the organisation.
USUAL_LADDER = (
    RungDraft(RungWhen.PERCENT, 80, RungTo.HOLDER),
    RungDraft(RungWhen.PERCENT, 80, RungTo.LEAD),
    RungDraft(RungWhen.PERCENT, 100, RungTo.LEAD),
    RungDraft(RungWhen.PERCENT, 150, RungTo.ABOVE),
)


@dataclass(frozen=True, slots=True)
class TermDraft:
    target: str
    minutes: int = 0
    milestone: str = ""
    name_zh: str = ""
    name_en: str = ""
    after: str = ""
    days: int = 0
    calendar_from: str = CalendarFrom.UNIT
    calendar: Calendar | None = None
    pauses_for: tuple[str, ...] = ()
    compensation_zh: str = ""
    compensation_en: str = ""
    rungs: tuple[RungDraft, ...] = field(default=USUAL_LADDER)

    def fields(self) -> dict[str, object]:
        values = {name: getattr(self, name) for name in self.__slots__ if name != "rungs"}
        return values | {"pauses_for": list(self.pauses_for)}


@dataclass(frozen=True, slots=True)
class RowDraft:
    level: Level
    tier: Tier | None = None
    type: CaseType | None = None
    priority: str = ""
    channel: str = ""
    unit: Unit | None = None
    queue_rank: int = USUAL_RANK
    survey_percent: int = 100

    def fields(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def draft_of_rung(rung: Rung) -> RungDraft:
    return RungDraft(rung.when, rung.amount, rung.to, rung.is_urgent, rung.by_mail)


def draft_of_term(term: Term) -> TermDraft:
    return TermDraft(
        target=term.target,
        minutes=term.minutes,
        days=term.days,
        milestone=term.milestone,
        name_zh=term.name_zh,
        name_en=term.name_en,
        after=term.after,
        calendar_from=term.calendar_from,
        calendar=term.calendar,
        pauses_for=tuple(term.pauses_for),
        compensation_zh=term.compensation_zh,
        compensation_en=term.compensation_en,
        rungs=tuple(draft_of_rung(rung) for rung in term.rungs.all()),
    )


def draft_of_row(row: Strategy) -> RowDraft:
    return RowDraft(
        level=row.level,
        tier=row.tier,
        type=row.type,
        priority=row.priority,
        channel=row.channel,
        unit=row.unit,
        queue_rank=row.queue_rank,
        survey_percent=row.survey_percent,
    )
