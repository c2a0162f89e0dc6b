from ruoshui.assets.actions.inspecting import Result, record_round
from ruoshui.assets.actions.mending import bind_defect, mend_defect, report_defect
from ruoshui.assets.actions.planning import put_round_off, remind_of_rounds
from ruoshui.assets.actions.registering import register_asset, retire_asset, revise_asset

__all__ = [
    "Result",
    "bind_defect",
    "mend_defect",
    "put_round_off",
    "record_round",
    "register_asset",
    "remind_of_rounds",
    "report_defect",
    "retire_asset",
    "revise_asset",
]
