"""Who records an event, and who reacts to it, stands in docs/reference/events.md as it is."""

from pathlib import Path

import pytest

from ruoshui.core.events import KINDS
from ruoshui.core.reactions import AFTERWARDS, reactions_to
from ruoshui.operations.event_map import event_map, makers

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/events.md"
REACTIONS = sorted({name for event in KINDS.values() for names in reactions_to(event) for name in names})


def test_the_page_of_events_is_what_the_code_does():
    assert PAGE.read_text() == event_map(), "write it again: bin/ruoshui events"


def test_every_event_is_recorded_by_somebody():
    known = makers()
    assert [event.kind for event in KINDS.values() if not known[event.__name__]] == []


@pytest.mark.parametrize("name", REACTIONS)
def test_a_reaction_is_named_by_what_it_does_on_which_event(name):
    what, on, event = name.partition(".")[2].rpartition("_on_")
    assert (bool(what), on, bool(event)) == (True, "_on_", True)


def test_jobs_that_an_older_version_left_are_still_done():
    """By the name that the reaction had."""
    assert AFTERWARDS["ruoshui.feedback.reactions.send_the_link"].__name__ == "deliver_on_survey_sent"


def test_reactions_to_a_closing_end_the_promises_before_anybody_is_told():
    at_once, afterwards = reactions_to(KINDS["cases.closed"])
    assert at_once.index("sla.end_clocks_on_case_resolved") < at_once.index("webhooks.tell_subscribers_on_told_events")
    assert afterwards == ["feedback.invite_on_case_closed"]
