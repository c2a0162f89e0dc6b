"""The floor: a branch as it is now, kept in memory by every process and brought up to date from the tickets."""

from ruoshui.queues.floor.keeping import Mark, floor_of, floors_of, forget_floors
from ruoshui.queues.floor.picture import Floor, SaidWait, Standing

__all__ = ["Floor", "Mark", "SaidWait", "Standing", "floor_of", "floors_of", "forget_floors"]
