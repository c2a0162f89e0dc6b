from ruoshui.organization.actions.absences import register_absence
from ruoshui.organization.actions.calendars import announce_days, define_hours, define_special_day
from ruoshui.organization.actions.passwords import change_own_password, change_password
from ruoshui.organization.actions.presence import change_presence
from ruoshui.organization.actions.sessions import (
    begin_session,
    end_session,
    end_sessions,
    rename_session,
    see_session,
    sweep_sessions,
)
from ruoshui.organization.actions.signing_in import enter
from ruoshui.organization.actions.staffing import hire, join_team, leave_team, set_memberships
from ruoshui.organization.actions.tokens import issue_token, revoke_token, sweep_tokens
from ruoshui.organization.actions.trying import claim_try, forgive_try, sweep_failures, tell_failure
from ruoshui.organization.actions.units import add_unit, move_unit

__all__ = [
    "add_unit",
    "announce_days",
    "begin_session",
    "change_own_password",
    "change_password",
    "change_presence",
    "claim_try",
    "define_hours",
    "define_special_day",
    "end_session",
    "end_sessions",
    "enter",
    "forgive_try",
    "hire",
    "issue_token",
    "join_team",
    "leave_team",
    "move_unit",
    "register_absence",
    "rename_session",
    "revoke_token",
    "see_session",
    "set_memberships",
    "sweep_failures",
    "sweep_sessions",
    "sweep_tokens",
    "tell_failure",
]
