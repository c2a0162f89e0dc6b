"""What changed in branches since somebody last looked, of many branches in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ruoshui.core.statements import run
from ruoshui.queues.floor.feeding import FIELDS, KnownTicket
from ruoshui.queues.models import Counter

TICKETS = f"""
SELECT t.branch_id, {", ".join(f"t.{name}" for name in FIELDS)}
FROM unnest(%s::bigint[], %s::bigint[]) AS look(branch, since)
JOIN queues_ticket t ON t.branch_id = look.branch AND t.seq > look.since
WHERE t.source <> 'history' ORDER BY t.seq
"""  # noqa: S608 our own names
COUNTERS = """
SELECT c.id FROM unnest(%s::bigint[], %s::bigint[]) AS look(branch, since)
JOIN queues_counter c ON c.branch_id = look.branch AND c.seq > look.since
"""


@dataclass(slots=True)
class News:
    """Of one branch: tickets and counters that changed, the tickets in order of change."""

    lines: list[KnownTicket] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)


def changes(looks: Mapping[int, tuple[int, int]]) -> dict[int, News]:
    """By branch: what changed after the first of two numbers of change, the second being where it is now."""
    found = {branch: News() for branch in looks}
    behind = {branch: since for branch, (since, now) in looks.items() if since < now}
    if not behind:
        return found
    for branch, *line in run(TICKETS, [list(behind), list(behind.values())]):
        found[branch].lines.append(KnownTicket(*line))
    # Fewer tickets than changes: one was not a ticket's, or its ticket has changed again since.
    unsure = {pk: since for pk, since in behind.items() if len(found[pk].lines) < looks[pk][1] - since}
    if unsure and (keys := [row[0] for row in run(COUNTERS, [list(unsure), list(unsure.values())])]):
        for counter in Counter.objects.filter(pk__in=keys).select_related("staff"):
            found[counter.branch_id].counters.append(counter)
    return found
