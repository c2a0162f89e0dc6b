"""When may somebody be disturbed? In their unit's working time, unless it is urgent."""

from datetime import datetime

from ruoshui.organization.models import Staff
from ruoshui.organization.worktimes import calendar_of, worktime_of
from service_science.worktime import OutsideHorizon


def show_time(staff: Staff, at: datetime, *, is_urgent: bool) -> datetime:
    calendar = None if is_urgent else calendar_of(staff.unit)
    if calendar is None:
        return at
    try:
        return worktime_of(calendar).next_open(at)
    except OutsideHorizon:  # a calendar without any hours keeps nobody from being told
        return at
