"""Single parts of a DMN file: texts, hit policies, columns, and the kinds of values that its own types come down to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from lxml import etree

from ruoshui.processes.engine.cells import ANYTHING
from ruoshui.processes.engine.decisions import BY_PREFERENCE, POLICIES, BadDecision, Column, HitPolicy
from ruoshui.processes.engine.dmn_names import DmnNames

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
OURS = "https://ruoshui.example/schema/dmn/1"
KINDS = {
    **dict.fromkeys(("number", "integer", "long", "double"), "number"),
    **dict.fromkeys(("date and time", "dateTime"), "datetime"),
    **dict.fromkeys(("days and time duration", "years and months duration"), "duration"),
    **dict.fromkeys(("dayTimeDuration", "yearMonthDuration", "duration"), "duration"),
    "string": "text",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
}
COLLECTED: dict[str | None, HitPolicy] = {None: "COLLECT", "SUM": "SUM", "MIN": "MIN", "MAX": "MAX", "COUNT": "COUNT"}
WRITTEN: dict[str, HitPolicy] = {name: name for name in POLICIES if name not in ("COLLECT", *COLLECTED.values())}
# A condition about a number holds digits and signs only; one about yes or no, these words.
SIGNS: dict[str, Callable[[str], re.Match[str] | None]] = {
    "number": re.compile(r"(?:not|[\s\d.,<>=()\[\]+*/-])+").fullmatch,
    "boolean": re.compile(r"(?:true|false|not|[\s(),])+", re.IGNORECASE).fullmatch,
    "duration": re.compile(r"\bduration\(").search,
    "datetime": re.compile(r"\bdate_and_time\(").search,
    "date": re.compile(r"\bdate\(").search,
    "time": re.compile(r"\btime\(").search,
}
MOST_STEPS = 20


def kind_of(element: etree._Element) -> str:
    """Of a part of a file: `decisionTable`, `context`, …; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def text_of(element: etree._Element | None) -> str:
    inside = element.find("{*}text") if element is not None else None
    return (inside.text or "").strip() if inside is not None else ""


def name_of(element: etree._Element) -> str:
    variable = element.find("{*}variable")
    return element.get("name") or (variable.get("name") or "" if variable is not None else "")


def policy_of(plain: etree._Element, table: str) -> HitPolicy:
    given = (plain.get("hitPolicy") or "UNIQUE").upper()
    if given == "COLLECT":
        return COLLECTED.get(plain.get("aggregation"), "COLLECT")
    if given in WRITTEN:
        return WRITTEN[given]
    raise BadDecision(table=table, where=_("hit policy"), why=_("“%s” is not understood.") % given)


class DmnTypes:
    """The types that a file defines itself."""

    def __init__(self, root: etree._Element) -> None:
        self.own = {one.get("name") or "": one for one in root.iterfind("{*}itemDefinition")}

    def kind(self, given: str | None) -> str:
        """What it comes down to; empty when nobody can say."""
        return next((KINDS[name] for name in self._names(given) if name in KINDS), "")

    def values(self, given: str | None) -> str:
        """The values that a type allows, written one after the other."""
        own = (self.own[name] for name in self._names(given) if name in self.own)
        return next((text for one in own if (text := text_of(one.find("{*}allowedValues")))), "")

    def _names(self, given: str | None) -> Iterator[str]:
        for _step in range(MOST_STEPS):
            if not given:
                return
            given = given.removeprefix("feel:")
            yield given
            given = self.own[given].findtext("{*}typeRef") if given in self.own else None


def input_of(element: etree._Element, names: DmnNames, types: DmnTypes, cells: list[str]) -> Column:
    """Of a type that the file leaves out, the cells tell the kind. A name written otherwise stays as the label."""
    expression = element.find("{*}inputExpression")
    said = text_of(expression)
    kind = types.kind(expression.get("typeRef") if expression is not None else None)
    kind = kind or _told_by([names.in_words(cell) for cell in cells if cell not in ANYTHING])
    own = element.get(f"{{{OURS}}}name")  # a file of ours
    if not own and ((name := names.asked(said)) or not said):
        return _labelled(Column(name, kind), element, said)
    return _labelled(Column(own or names.made_up(said), kind, asks=names.in_words(said)), element, own or said)


def _told_by(cells: list[str]) -> str:
    """What a condition without a type is about."""
    if not cells:
        return "text"
    kinds = (kind for kind, sign in SIGNS.items() if all(sign(cell) for cell in cells))
    return next(kinds, "text")


def output_of(
    element: etree._Element, alone: str, type_ref: str, names: DmnNames, types: DmnTypes, policy: HitPolicy
) -> Column:
    """`alone`: a single answer needs no name (DMN 1.3, 8.3), it is called as its decision, and is of its type."""
    given, type_ref = element.get("name") or alone, element.get("typeRef") or type_ref
    values = text_of(element.find("{*}outputValues")) or (types.values(type_ref) if policy in BY_PREFERENCE else "")
    otherwise = names.in_words(text_of(element.find("{*}defaultOutputEntry")))
    column = Column(names.field(given) if given else "", types.kind(type_ref) or "text")
    return replace(_labelled(column, element, given), values=values, default=otherwise)


def _labelled(column: Column, element: etree._Element, given: str) -> Column:
    label = element.get("label") or ("" if column.name == given else given)
    return replace(column, label_zh=label[:200], label_en=element.get(f"{{{OURS}}}label-en") or "")
