"""Organization: units, staff, roles, teams, skills, absences, working calendars, API tokens.

Records `UnitMoved`, `PresenceChanged`, `AbsenceRegistered`, `TokenIssued`, `TokenRevoked` and, for
everything set up on a settings page, `core.Configured`. Reacts to nothing.
"""
