from ruoshui.sla.actions.keeping import drop_clocks, end_clocks, reckon_clocks, reopen_clock
from ruoshui.sla.actions.promising import promise_level
from ruoshui.sla.actions.sweeping import break_due_promises, resume_due_cases

__all__ = [
    "break_due_promises",
    "drop_clocks",
    "end_clocks",
    "promise_level",
    "reckon_clocks",
    "reopen_clock",
    "resume_due_cases",
]
