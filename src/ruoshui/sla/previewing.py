"""With this strategy, the cases of last month would have got …"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ruoshui.cases.models import Case
from ruoshui.sla.calendars import Calendars
from ruoshui.sla.choosing import choose, facts_of
from ruoshui.sla.history import spans_of_cases
from ruoshui.sla.models import Clock, Level, LevelVersion, Promise, Strategy, Target
from ruoshui.sla.reckoning import due_by
from ruoshui.sla.terms import terms_of

MOST = 20_000
MOST_SETTLED = 1_000


@dataclass(frozen=True, slots=True)
class Preview:
    """`moves` counts (level promised, level there would have been); None is no promise.

    Of the `settled` newest cases that ended, so many kept their resolution as promised, and so
    many would have kept it as previewed.
    """

    cases: int
    moves: dict[tuple[Level | None, Level | None], int]
    settled: int
    kept: int
    would_keep: int

    @property
    def changed(self) -> int:
        return sum(n for (before, after), n in self.moves.items() if before != after)


def preview(rows: Sequence[Strategy], since: datetime, until: datetime) -> Preview:
    """Over the cases opened in the time, at most 20,000 of the newest, as they are today."""
    cases = list(
        Case.objects.filter(opened_at__gte=since, opened_at__lt=until)
        .select_related("unit", "customer", "type")
        .order_by("-pk")[:MOST]
    )
    promised = {
        promise.case_id: promise.version.level
        for promise in Promise.objects.filter(case__in=cases).select_related("version__level")
    }
    moves: Counter[tuple[Level | None, Level | None]] = Counter()
    versions: dict[int, LevelVersion] = {}
    for case in cases:
        choice = choose(rows, facts_of(case))
        moves[promised.get(case.pk), choice.row.level if choice else None] += 1
        if choice is not None:
            versions[case.pk] = choice.version
    settled, kept, would_keep = _outcomes(cases, versions)
    return Preview(len(cases), dict(moves), settled, kept, would_keep)


def _outcomes(cases: Sequence[Case], versions: dict[int, LevelVersion]) -> tuple[int, int, int]:
    ended = [case for case in cases if case.resolved_at is not None and case.pk in versions][:MOST_SETTLED]
    clocks = Clock.objects.counted().filter(case__in=ended, target=Target.RESOLUTION, ended_at__isnull=False)
    broken = {pk: at is not None for pk, at in clocks.order_by("round").values_list("case_id", "broken_at")}
    ended = [case for case in ended if case.pk in broken]
    spans = spans_of_cases(ended, {case.pk: case.opened_at for case in ended})
    would_keep = 0
    for case in ended:
        term = next((t for t in terms_of(versions[case.pk].pk) if t.target == Target.RESOLUTION), None)
        if term is None:
            would_keep += 1
            continue
        calendars = Calendars(term, case.customer)
        calendars.know(case.unit)
        due = due_by(term, 0, spans[case.pk], calendars, case.opened_at)
        would_keep += due is None or (case.resolved_at is not None and case.resolved_at <= due)
    return len(ended), sum(not late for late in broken.values()), would_keep
