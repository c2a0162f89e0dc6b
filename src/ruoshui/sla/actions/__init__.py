from ruoshui.sla.actions.correcting import backdate_promise, correct_wait
from ruoshui.sla.actions.extending import ask_extension, decide_extension
from ruoshui.sla.actions.promising import promise_again, promise_level
from ruoshui.sla.actions.publishing import (
    begin_draft,
    begin_matrix,
    discard_draft,
    discard_matrix,
    publish_level,
    publish_matrix,
    set_rows,
    set_terms,
)
from ruoshui.sla.actions.reaching import reach_milestone
from ruoshui.sla.actions.serving import (
    accept_request,
    ask_again,
    ask_unit,
    finish_request,
    pass_request,
    rate_request,
    return_request,
    withdraw_request,
)
from ruoshui.sla.actions.sweeping import resume_due_cases, sweep_clocks
from ruoshui.sla.actions.watching import answer_urge, record_violation, urge

__all__ = [
    "accept_request",
    "answer_urge",
    "ask_again",
    "ask_extension",
    "ask_unit",
    "backdate_promise",
    "begin_draft",
    "begin_matrix",
    "correct_wait",
    "decide_extension",
    "discard_draft",
    "discard_matrix",
    "finish_request",
    "pass_request",
    "promise_again",
    "promise_level",
    "publish_level",
    "publish_matrix",
    "rate_request",
    "reach_milestone",
    "record_violation",
    "resume_due_cases",
    "return_request",
    "set_rows",
    "set_terms",
    "sweep_clocks",
    "urge",
    "withdraw_request",
]
