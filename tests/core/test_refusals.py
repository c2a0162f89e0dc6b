"""A refusal quotes what it refuses, and can be shown all the same."""

from typing import Any

from django.utils.translation import gettext_lazy

from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.processes.engine.decisions import BadDecision


def test_a_refusal_that_quotes_half_a_letter_can_be_sent_and_kept() -> None:
    refusal = BadDecision(table="limit\ud800", where="code", why="no\x00 table")
    assert str(refusal) == "The decision table limit\ufffd cannot be used, code: no table"
    assert str(refusal).encode().decode() == str(refusal)


def test_so_does_what_is_said_at_a_field() -> None:
    later: Any = gettext_lazy("Enter a name.")
    refusal = Invalid({"code": ["“\udfff” is taken."], "name": [later]})
    assert refusal.errors == {"code": ["“\ufffd” is taken."], "name": [later]}
    assert str(refusal) == "“\ufffd” is taken. Enter a name."


def test_a_text_without_anything_odd_stays_as_it_is() -> None:
    assert str(Refusal()) == "This cannot be done."
    assert str(NotFound(number="电费")) == str(NotFound.text)
