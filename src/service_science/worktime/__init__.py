"""Working time: what a calendar counts as work, exact to the second.

A calendar is compiled once into sorted working intervals with prefix sums; after that `add`
and `between` are table lookups whatever the distance. `worktime.vector` does the same to whole
numpy arrays.

>>> from datetime import date, datetime, time
>>> from zoneinfo import ZoneInfo
>>> shanghai = ZoneInfo("Asia/Shanghai")
>>> office = [(time(9), time(12)), (time(13), time(18))]
>>> week = {day: office for day in range(5)}
>>> golden_week = {date(2026, 10, d): [] for d in range(1, 8)}
>>> worktime = compile_worktime(week, golden_week, shanghai, date(2026, 9, 1), date(2026, 12, 31))
>>> before_the_holiday = datetime(2026, 9, 30, 17, 0, tzinfo=shanghai)
>>> worktime.add(before_the_holiday, 2 * 3600).isoformat()
'2026-10-08T10:00:00+08:00'
>>> worktime.between(before_the_holiday, datetime(2026, 10, 8, 10, 0, tzinfo=shanghai))
7200
>>> worktime.is_open(datetime(2026, 10, 8, 12, 30, tzinfo=shanghai))
False
>>> worktime.next_open(datetime(2026, 10, 8, 12, 30, tzinfo=shanghai)).isoformat()
'2026-10-08T13:00:00+08:00'

A limit in working days ends with the n-th of them; the day on which it begins does not count:

>>> worktime.add_days(before_the_holiday, 1).isoformat()
'2026-10-08T18:00:00+08:00'

Programs that keep seconds since the epoch use those, without datetimes in between:

>>> begin = int(before_the_holiday.timestamp())
>>> worktime.add_seconds(begin, 7200) - begin == 7 * 86400 + 17 * 3600
True

And a million at once:

>>> import numpy as np
>>> worktime.vector.between(np.array([begin, begin]), np.array([begin + 1800, begin + 8 * 86400]))
array([ 1800, 28800])
"""

from service_science.worktime.compiling import DayHours, compile_worktime
from service_science.worktime.scalar import NeverOpen, OutsideHorizon, WorkingSpan, Worktime

__all__ = ["DayHours", "NeverOpen", "OutsideHorizon", "WorkingSpan", "Worktime", "compile_worktime"]
