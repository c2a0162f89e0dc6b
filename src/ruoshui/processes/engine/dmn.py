"""Decision tables as DMN 1.3 files, in and out, so that other tools can read and draw them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ruoshui.processes.engine.decisions import DecisionTable
from ruoshui.processes.engine.dmn_logic import DmnLogic
from ruoshui.processes.engine.dmn_parts import kind_of
from ruoshui.processes.engine.dmn_writing import write_dmn
from ruoshui.processes.engine.xml import BadFile, read_xml

__all__ = ["DmnContent", "read_dmn", "write_dmn"]


@dataclass(frozen=True, slots=True)
class DmnContent:
    """`left_out`: what is no table and could not be said as one, by its name, with why."""

    tables: list[DecisionTable]
    left_out: dict[str, str]


def read_dmn(content: bytes | str) -> DmnContent:
    """Refuses what is no DMN, and tables that we cannot evaluate, naming table and place."""
    root = read_xml(content)
    if kind_of(root) != "definitions":
        raise BadFile(why=_("it is no DMN file."))
    if next(root.iter("{*}decisionTable"), None) is None:
        raise BadFile(why=_("there is no decision table in it."))
    logic = DmnLogic(root)
    logic.take()
    return DmnContent(list(logic.tables.values()), logic.left_out)
