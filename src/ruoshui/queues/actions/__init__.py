from ruoshui.queues.actions._calling import current_ticket
from ruoshui.queues.actions.booking import arrive, book_appointment, cancel_appointment
from ruoshui.queues.actions.calling import call_ticket, mark_not_come, recall
from ruoshui.queues.actions.calling_next import Asking, call_next
from ruoshui.queues.actions.counters import close_counter, open_counter, pause_counter
from ruoshui.queues.actions.drafting import fill_draft
from ruoshui.queues.actions.holding import confirm_place, hold_place, send_codes
from ruoshui.queues.actions.issuing import NumberWish, issue, issue_ticket
from ruoshui.queues.actions.knowing import customer_code, find_visitor, identify_visitor, scanned_customer
from ruoshui.queues.actions.leaving import leave_queue, send_home
from ruoshui.queues.actions.missing import excuse_absence, settle_appointments
from ruoshui.queues.actions.moving import care_for, move_ticket, rejoin
from ruoshui.queues.actions.reminding import remind_all
from ruoshui.queues.actions.serving import (
    finish_service,
    hold_service,
    resume_service,
    save_form,
    start_service,
)
from ruoshui.queues.actions.together import serve_together

__all__ = [
    "Asking",
    "NumberWish",
    "arrive",
    "book_appointment",
    "call_next",
    "call_ticket",
    "cancel_appointment",
    "care_for",
    "close_counter",
    "confirm_place",
    "current_ticket",
    "customer_code",
    "excuse_absence",
    "fill_draft",
    "find_visitor",
    "finish_service",
    "hold_place",
    "hold_service",
    "identify_visitor",
    "issue",
    "issue_ticket",
    "leave_queue",
    "mark_not_come",
    "move_ticket",
    "open_counter",
    "pause_counter",
    "recall",
    "rejoin",
    "remind_all",
    "resume_service",
    "save_form",
    "scanned_customer",
    "send_codes",
    "send_home",
    "serve_together",
    "settle_appointments",
    "start_service",
]
