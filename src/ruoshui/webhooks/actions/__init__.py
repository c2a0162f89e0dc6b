from ruoshui.webhooks.actions.delivering import due_subscriptions, send_due_deliveries, send_due_of
from ruoshui.webhooks.actions.telling import deliver_again, new_secret, tell_subscribers

__all__ = [
    "deliver_again",
    "due_subscriptions",
    "new_secret",
    "send_due_deliveries",
    "send_due_of",
    "tell_subscribers",
]
