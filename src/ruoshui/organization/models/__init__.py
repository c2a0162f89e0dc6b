from ruoshui.organization.models.calendars import Calendar, CalendarHours, Holiday, HolidaySet, SpecialDay
from ruoshui.organization.models.failures import FailureCount
from ruoshui.organization.models.permissions import SETTING_UP, Permission, Reach
from ruoshui.organization.models.roles import Membership, Role
from ruoshui.organization.models.sessions import SessionEnd, StaffSession
from ruoshui.organization.models.staff import Absence, Presence, Skill, Staff, StaffSkill
from ruoshui.organization.models.teams import AssignmentStrategy, Team, TeamMember
from ruoshui.organization.models.tokens import ApiToken, Scope
from ruoshui.organization.models.units import Unit

__all__ = [
    "SETTING_UP",
    "Absence",
    "ApiToken",
    "AssignmentStrategy",
    "Calendar",
    "CalendarHours",
    "FailureCount",
    "Holiday",
    "HolidaySet",
    "Membership",
    "Permission",
    "Presence",
    "Reach",
    "Role",
    "Scope",
    "SessionEnd",
    "Skill",
    "SpecialDay",
    "Staff",
    "StaffSession",
    "StaffSkill",
    "Team",
    "TeamMember",
    "Unit",
]
