"""Who works when: people needed by the half-hour, shifts that cover a day, tours that cover a week, a roster that
keeps rest.

>>> from service_science.staffing import cover_day, day_shifts
>>> shifts = day_shifts(slots=16, lengths=[8], break_slots=1, break_after=3, break_before=6)
>>> cover = cover_day([2, 2, 3, 4, 5, 5, 5, 6, 6, 5, 5, 4, 4, 3, 2, 2], shifts)
>>> cover.people, cover.proven
(9, True)
"""

from service_science.queueing import staff_by_isa as requirement
from service_science.staffing.day import Cover, Shift, cover_day, day_shifts
from service_science.staffing.roster import DutyTurn, Roster, may_follow, roster
from service_science.staffing.week import Tour, WeekCover, cover_week

__all__ = [
    "Cover",
    "DutyTurn",
    "Roster",
    "Shift",
    "Tour",
    "WeekCover",
    "cover_day",
    "cover_week",
    "day_shifts",
    "may_follow",
    "requirement",
    "roster",
]
