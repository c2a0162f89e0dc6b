from ruoshui.notices.actions.reading import read_notices
from ruoshui.notices.actions.telling import show_due_notices, tell_staff

__all__ = ["read_notices", "show_due_notices", "tell_staff"]
