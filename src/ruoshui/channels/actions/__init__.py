from ruoshui.channels.actions.receiving import receive_letter, settle_letter
from ruoshui.channels.actions.sending import give_letter, mark_bounced, send_again, send_due_letters

__all__ = ["give_letter", "mark_bounced", "receive_letter", "send_again", "send_due_letters", "settle_letter"]
