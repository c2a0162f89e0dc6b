"""Each kind of thing a pack holds: how it is read from the database as plain values, and written through the domains'
verbs.
"""

from ruoshui.packs.kinds.assets import AssetKindKind
from ruoshui.packs.kinds.base import Context, PackKind
from ruoshui.packs.kinds.calendars import CalendarKind
from ruoshui.packs.kinds.levels import LevelKind, StrategyKind
from ruoshui.packs.kinds.plain import BUSINESS, MACRO, ROLE, SERVICE_CLASS, SURVEY, TIER
from ruoshui.packs.kinds.types import CaseTypeKind


def all_kinds() -> dict[str, PackKind]:
    """For one installation, in the order in which they can be written: who is named comes first."""
    return {
        "role": ROLE,
        "tier": TIER,
        "calendar": CalendarKind(),
        "level": LevelKind(),
        "case_type": CaseTypeKind(),
        "strategy": StrategyKind(),
        "macro": MACRO,
        "survey": SURVEY,
        "service_class": SERVICE_CLASS,
        "business": BUSINESS,
        "asset_kind": AssetKindKind(),
    }


__all__ = ["Context", "PackKind", "all_kinds"]
