"""What left no trace: held mails, letters on paper, call-backs, drafts."""

import pytest

from ruoshui.cases.actions import reject_letter, release_letter
from ruoshui.channels.actions import (
    mark_letters,
    owe_call_back,
    receive_letter,
    settle_letter,
    take_call_back,
    write_letter,
)
from ruoshui.channels.models import LetterState, PaperState
from ruoshui.core.actors import SYSTEM, ActorKind
from ruoshui.core.models import RecordedEvent
from ruoshui.processes.actions import begin_template, discard_template, set_template
from ruoshui.sla.actions import begin_draft, begin_matrix
from ruoshui.sla.models import Level
from tests.conftest import NOW


def on_record(*kinds: str) -> list[tuple[str, str, int | None, dict]]:
    found = RecordedEvent.objects.filter(at__gte=NOW, kind__in=kinds).order_by("pk")
    return [(one.kind, one.by_kind, one.by_id, one.data) for one in found]


@pytest.fixture
def held(mailbox):
    def letter(number: int):
        content = f"From: a{number}@example.com\nSubject: Held {number}\n\nWords".encode()
        return settle_letter(receive_letter(mailbox, content, at=NOW), LetterState.QUARANTINED, reasons=["x"])

    return letter


def test_who_lets_a_held_mail_in_or_rejects_it(demo, held):
    lead = demo.staff["lead"]
    release_letter(held(1), by=lead, at=NOW)
    reject_letter(held(2), by=lead, at=NOW)
    state = {"held_as": LetterState.QUARANTINED}
    assert on_record("channels.letter_let_in", "channels.letter_left_out") == [
        ("channels.letter_let_in", ActorKind.STAFF, lead.pk, state),
        ("channels.letter_left_out", ActorKind.STAFF, lead.pk, state),
    ]


def test_who_marks_a_letter_as_printed_and_posted(demo):
    lead = demo.staff["lead"]
    paper = write_letter(
        unit=demo.units["city"], name="Bo", address="12 Lake Road, Xicheng", subject="s", body="b", at=NOW
    )
    for state in (PaperState.PRINTED, PaperState.POSTED, PaperState.POSTED):
        mark_letters([paper.pk], state, by=lead, at=NOW)
    assert on_record("channels.paper_marked") == [
        ("channels.paper_marked", ActorKind.STAFF, lead.pk, {"before": "waiting", "state": "printed"}),
        ("channels.paper_marked", ActorKind.STAFF, lead.pk, {"before": "printed", "state": "posted"}),
    ]


def test_who_takes_a_call_back_and_only_when_they_take_it(demo):
    chen = demo.staff["chen"]
    owed = owe_call_back(unit=demo.units["city"], number="13800138000", by=SYSTEM, at=NOW)
    take_call_back(owed, by=chen, at=NOW)
    take_call_back(owed, by=chen, at=NOW)
    assert on_record("channels.call_back_taken") == [("channels.call_back_taken", ActorKind.STAFF, chen.pk, {})]


def test_who_drafts_a_template_changes_and_discards_it(demo):
    admin = demo.staff["admin"].actor
    draft = begin_template(demo.types["outage"], by=admin, at=NOW)
    forms = {"application": {"type": "object", "properties": {"a": {"type": "string", "title": "甲"}}}}
    set_template(draft.template, {"forms": forms}, by=admin, at=NOW)
    set_template(draft.template, {"forms": forms}, by=admin, at=NOW)  # as the designer does, every few seconds
    discard_template(draft.template, by=admin, at=NOW)
    kinds = ("processes.template_drafted", "processes.template_discarded")
    assert [(kind, by, data) for kind, _who, by, data in on_record(*kinds)] == [
        (kinds[0], admin.id, {"number": draft.number, "parts": []}),
        (kinds[0], admin.id, {"number": draft.number, "parts": ["forms"]}),
        (kinds[1], admin.id, {"number": draft.number}),
    ]


def test_who_begins_the_draft_of_a_level_and_of_the_strategy_once_each(demo):
    admin = demo.staff["admin"].actor
    level = Level.objects.order_by("pk").first()
    assert level is not None
    for _again in range(2):
        draft, matrix = begin_draft(level, by=admin, at=NOW), begin_matrix(by=admin, at=NOW)
    kinds = ("sla.level_drafted", "sla.matrix_drafted")
    assert [(kind, by, data) for kind, _who, by, data in on_record(*kinds)] == [
        (kinds[0], admin.id, {"number": draft.number}),
        (kinds[1], admin.id, {"number": matrix.number}),
    ]
