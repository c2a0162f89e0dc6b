from ruoshui.routing.actions.choosing import choose_team
from ruoshui.routing.actions.sweeping import assign_backlog

__all__ = ["assign_backlog", "choose_team"]
