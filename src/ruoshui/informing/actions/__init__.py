from ruoshui.informing.actions.informing import inform, inform_all, inform_by_hand
from ruoshui.informing.actions.sending import send_due_notices, try_next_ways

__all__ = ["inform", "inform_all", "inform_by_hand", "send_due_notices", "try_next_ways"]
