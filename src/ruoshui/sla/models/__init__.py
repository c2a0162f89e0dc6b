from ruoshui.sla.models.clocks import Clock, Promise, Target
from ruoshui.sla.models.levels import Level, LevelRule

__all__ = ["Clock", "Level", "LevelRule", "Promise", "Target"]
