"""What a cell of a table that people open may hold."""

from typing import Any

from ruoshui.core.plain_text import storable

# Excel takes the full-width signs for the others, and looks behind blanks.
FORMULA_BEGINS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
CONTROL_BEGINS = ("\t", "\r", "\n")
LONGEST_CELL = 32_767


def harmless(cell: Any) -> Any:
    """What somebody typed is never a formula of whoever opens the table, nor a letter that no table can hold."""
    if not isinstance(cell, str):
        return cell
    text = storable(cell)[: LONGEST_CELL - 1]
    is_formula = text.lstrip().lstrip("\ufeff\u200b").startswith(FORMULA_BEGINS) or text.startswith(CONTROL_BEGINS)
    return f"'{text}" if is_formula else text
