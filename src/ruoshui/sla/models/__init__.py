from ruoshui.sla.models.clocks import Clock, Promise
from ruoshui.sla.models.levels import (
    Audience,
    CalendarFrom,
    Level,
    LevelVersion,
    OnReopen,
    PauseReason,
    Publishing,
    Rung,
    RungTo,
    RungWhen,
    Target,
    Term,
)
from ruoshui.sla.models.matrix import Matrix, Strategy
from ruoshui.sla.models.requests import InternalRequest, RequestState
from ruoshui.sla.models.supervision import Decision, Extension, Urge, Violation, ViolationKind

__all__ = [
    "Audience",
    "CalendarFrom",
    "Clock",
    "Decision",
    "Extension",
    "InternalRequest",
    "Level",
    "LevelVersion",
    "Matrix",
    "OnReopen",
    "PauseReason",
    "Promise",
    "Publishing",
    "RequestState",
    "Rung",
    "RungTo",
    "RungWhen",
    "Strategy",
    "Target",
    "Term",
    "Urge",
    "Violation",
    "ViolationKind",
]
