"""What a refusal tells: each of its fields is a plain thing, or is left out for who may not read people's words."""

import importlib
import pkgutil
from string import Formatter

import ruoshui
from ruoshui.core.refusals import Refusal

# Numbers, codes, states, moments, names of units and of staff: never what customers or colleagues wrote about a case.
PLAIN = {
    *("number", "into", "state", "unit", "team", "branch", "counter", "who", "seconds", "megabytes", "days", "day"),
    *("role", "code", "what", "level", "after", "right", "rights", "scope", "first", "second", "host", "rows", "table"),
    *("node", "task", "expression", "field", "target", "moment", "needed", "until", "times", "most", "minutes"),
}
# By class: names of staff.
PEOPLE = {
    *("AssigneeInactive", "AtAnotherCounter", "BeyondYourRights", "CounterTaken", "ServiceAccount", "WorksElsewhere"),
}
# Told of what the very same one has sent, or to people who set up processes and packs.
OF_THE_SENDER = {
    *("AttachmentRefused", "FileInfected", "UnkeptText", "NotBelieved", "CannotMove", "WrongTemplate"),
    *("BadFile", "BadTable", "BadDecision", "BadMapping", "DrawingHasFaults", "FaultyPack", "HistoryRefused"),
    "NothingToTakeAway",
}


def refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(ruoshui.__path__, "ruoshui."):
        if ".settings" not in module.name and not module.name.endswith((".wsgi", ".asgi", ".cli", ".__main__")):
            importlib.import_module(module.name)
    found, waiting = [], [Refusal]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        found.append(one)
    return sorted(set(found), key=lambda one: one.__name__)


def fields_of(refusal: type[Refusal]) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(str(refusal.text)) if name}


def test_every_field_of_a_refusal_is_plain_or_among_its_words():
    unknown = {}
    for refusal in refusals():
        if refusal.__name__ in OF_THE_SENDER:
            continue
        plain = PLAIN | ({"name"} if refusal.__name__ in PEOPLE else set())
        if left := fields_of(refusal) - plain - set(refusal.words):
            unknown[refusal.__name__] = left
    assert unknown == {}


def test_words_of_a_refusal_are_fields_of_its_text_and_can_be_left_out():
    for refusal in refusals():
        assert set(refusal.words) <= fields_of(refusal), refusal
        if refusal.words and refusal.__init__ is Refusal.__init__:
            told = refusal(**dict.fromkeys(fields_of(refusal), "secret"))
            assert told.without_words().count("secret") == len(fields_of(refusal) - set(refusal.words))
