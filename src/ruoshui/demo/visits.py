"""Two weeks of made-up visits to the demo's hall, so that its report and its staffing have something to say."""

import heapq
import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ruoshui.queues.history import DAY, HallHistory, keep_learning, learn_at_night
from ruoshui.queues.models import Branch, Queue, Ticket

DAYS = 14
OPENS, CLOSES = 8.5, 17.5
# People an hour by queue letters, at its busiest.
ARRIVALS = {"A": 19.0, "G": 2.7, "V": 0.8, "B": 4.8, "H": 1.1, "W": 0.4, "C": 6.8, "D": 2.0}
SHAPE = (0.5, 0.9, 1.0, 0.8, 0.45, 0.7, 0.95, 0.8, 0.4)  # by the hour from half past eight
SERVES = ("AGV", "AGVC", "BHWVC", "CDA", "DBHAC")
MINUTES = {"A": 5.0, "G": 5.0, "V": 6.0, "B": 13.0, "H": 13.0, "W": 14.0, "C": 7.0, "D": 11.0}
PATIENCE = 70.0


def tell_past_visits(branch: Branch, now: datetime, *, days: int = DAYS, seed: int = 8) -> int:
    """The days before the hall's first number. Mondays are busier; a fifth of an hour's people more or less by chance.

    Returns how many came.
    """
    hall = HallHistory(branch)
    rng = random.Random(seed)  # noqa: S311 made-up people
    first = Ticket.objects.filter(branch=branch).order_by("day").values_list("day", flat=True).first()
    today = min(filter(None, (now.astimezone(hall.setup.zone).date(), first)))
    letters = {queue.prefix: queue for queue in hall.setup.queues.values()}
    count = 0
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        if day.weekday() == 6:
            continue
        begin = float((day - date(1970, 1, 1)).days) * DAY
        learn_at_night([hall], begin)
        for event in _day(rng, begin, {0: 1.25, 5: 0.7}.get(day.weekday(), 1.0)):
            count += _play(hall, letters, event)
        hall.write()
    keep_learning(hall, at=now)
    return count


Event = tuple[float, int, str, str, str]  # at, order, what, key, letters or server


def _play(hall: HallHistory, letters: Mapping[str, Queue], event: Event) -> int:
    at, _order, what, key, more = event
    if what == "joined":
        hall.joined(key, letters[more], at)
        return 1
    if what == "began":
        hall.began(key, at, server=more)
    elif what == "ended":
        hall.ended(key, at)
    else:
        hall.gone(key, at)
    return 0


def _day(rng: random.Random, begin: float, busy: float) -> list[Event]:
    """A day by its own small simulation: first come, first served, by whoever serves it."""
    coming: list[tuple[float, str, str]] = []
    for letter, rate in ARRIVALS.items():
        at = begin + OPENS * 3600
        while at < begin + CLOSES * 3600:
            hour = int((at - begin) / 3600 - OPENS)
            at += rng.expovariate(rate * busy * SHAPE[min(hour, len(SHAPE) - 1)] / 3600)
            coming.append((at, letter, f"{begin:.0f}-{letter}{len(coming)}"))
    events: list[Event] = []
    free = [(begin + OPENS * 3600, number) for number in range(len(SERVES) - (1 if busy < 1 else 0))]
    heapq.heapify(free)
    waiting = sorted(one for one in coming if one[0] < begin + CLOSES * 3600)
    for at, letter, key in waiting:
        events.append((at, 0, "joined", key, letter))
    while waiting and free:
        ready, server = heapq.heappop(free)
        mine = [one for one in waiting if one[1] in SERVES[server]]
        if not mine:
            continue
        at, letter, key = mine[0]
        waiting.remove(mine[0])
        start = max(ready, at)
        if start - at > rng.expovariate(1 / PATIENCE) * 60 + 600:
            events.append((max(at, start), 1, "gone", key, ""))
            heapq.heappush(free, (ready, server))
            continue
        end = start + rng.lognormvariate(0, 0.6) * MINUTES[letter] * 50
        events += [(start, 2, "began", key, str(server + 1)), (end, 3, "ended", key, "")]
        heapq.heappush(free, (end, server))
    events += [(max(at, begin + 19 * 3600), 4, "gone", key, "") for at, _letter, key in waiting]
    return sorted(events)
