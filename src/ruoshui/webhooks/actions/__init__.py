from ruoshui.webhooks.actions.telling import deliver_again, new_secret, send_due_deliveries, tell_subscribers

__all__ = ["deliver_again", "new_secret", "send_due_deliveries", "tell_subscribers"]
