from ruoshui.assets.models.assets import Asset, AssetState
from ruoshui.assets.models.kinds import AssetKind, Check, Reads, Severity
from ruoshui.assets.models.rounds import CheckResult, Defect, Finding, Round

__all__ = [
    "Asset",
    "AssetKind",
    "AssetState",
    "Check",
    "CheckResult",
    "Defect",
    "Finding",
    "Reads",
    "Round",
    "Severity",
]
