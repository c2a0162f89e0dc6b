"""When anybody's rights last changed: whoever keeps something about rights asks this first, and keeps it no longer.

The tables about rights count each change themselves, by triggers, in the transaction of the change.
"""

from ruoshui.core.gathering import Gathering
from ruoshui.core.statements import run

REVISION = "SELECT revision FROM organization_rights"


def _read(asked: list[object]) -> list[int]:
    """One look for all who ask at the same moment, taken after they have asked."""
    ((revision,),) = run(REVISION, [])
    return [revision] * len(asked)


_reading: Gathering[object, int] = Gathering(_read, at_most=1000)


def rights_revision() -> int:
    """Another number after every committed change to units, roles, memberships, staff or tokens."""
    return _reading.ask(object())
