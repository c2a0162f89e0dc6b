"""Slow: hundreds of thousands of random questions against counting minute by minute."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest

from service_science.worktime import compile_worktime

WEEK = {day: [(time(9), time(12)), (time(13), time(18))] for day in range(5)}
NIGHTS = {day: [(time(0), time(6)), (time(22), time(0))] for day in range(7)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "week"),
    [("Asia/Shanghai", WEEK), ("Europe/Berlin", NIGHTS), ("America/New_York", NIGHTS), ("Australia/Lord_Howe", NIGHTS)],
)
def test_a_hundred_thousand_stretches_agree_with_a_minute_by_minute_count(zone, week):
    tz, r = ZoneInfo(zone), random.Random(1)
    special = {date(2026, 1, 1) + timedelta(days=n): r.choice([[], [(time(8), time(20))]]) for n in range(0, 700, 23)}
    worktime = compile_worktime(week, special, tz, date(2026, 1, 1), date(2027, 12, 31))
    begin = datetime(2026, 1, 2, tzinfo=tz).astimezone(UTC)
    minutes = 700 * 24 * 60

    def is_open(moment: datetime) -> bool:
        local = moment.astimezone(tz)
        clock = local.time()
        hours = special.get(local.date(), week.get(local.weekday(), []))
        return any(a <= clock and (clock < b or b == time(0)) for a, b in hours)

    worked = [0, *accumulate(is_open(begin + timedelta(minutes=n)) for n in range(minutes))]
    for _question in range(100_000):
        a, b = sorted((r.randrange(minutes), r.randrange(minutes)))
        first, last = begin + timedelta(minutes=a), begin + timedelta(minutes=b)
        assert worktime.between(first, last) == (worked[b] - worked[a]) * 60
