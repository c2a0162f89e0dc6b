from ruoshui.assets.models.assets import Asset, AssetState
from ruoshui.assets.models.kinds import AssetKind, Check, Reads, Severity
from ruoshui.assets.models.rounds import Defect, Finding, Found, Round

__all__ = [
    "Asset",
    "AssetKind",
    "AssetState",
    "Check",
    "Defect",
    "Finding",
    "Found",
    "Reads",
    "Round",
    "Severity",
]
