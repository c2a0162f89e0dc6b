"""An ordinary case does not tell of the confidential ones beside it: links, splits, follow-ups, timeline, API."""

import re
from dataclasses import fields

import pytest
from django.utils import timezone

from ruoshui.cases.actions import link_cases, merge_cases, split_back, split_case
from ruoshui.cases.models import Case
from ruoshui.cases.queries import other_cases_in
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import KINDS
from ruoshui.core.models import RecordedEvent
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
from ruoshui.sla.actions import ask_unit
from tests.conftest import NOW


@pytest.fixture
def pair(opened, demo):
    """An ordinary case, linked both ways with a confidential one; and one split off that became confidential."""
    plain, secret = opened(), opened(confidential=True)
    by = demo.staff["lead"].actor
    link_cases(plain, secret, kind="related", by=by, at=NOW)
    link_cases(secret, plain, kind="related", by=by, at=NOW)
    part = split_case(plain, subject="另一件事", messages=plain.messages.values_list("pk", flat=True), by=by, at=NOW)
    Case.objects.filter(pk=part.pk).update(confidential=True)
    return plain, secret, part


def test_the_page_of_a_case_names_no_case_that_is_kept_from_its_reader(pair, signed_in):
    plain, secret, part = pair
    shown = signed_in("lead").get(f"/work/cases/{plain.pk}").content.decode()
    assert [secret.number in shown, part.number in shown] == [True, True]
    shown = signed_in("chen").get(f"/work/cases/{plain.pk}").content.decode()
    assert [secret.number in shown, part.number in shown] == [False, False]
    assert "linked the case" not in shown


def test_the_api_tells_of_no_event_that_names_one(pair, client, demo):
    plain, secret, part = pair

    def events(username):
        _token, key = issue_token(demo.staff[username], name="t", scopes=Scope.values, by=SYSTEM, at=timezone.now())
        answer = client.get(f"/api/v1/cases/{plain.number}/events", headers={"Authorization": f"Bearer {key}"})
        return answer.json()

    everything, some = events("admin"), events("chen")
    hidden = [one for one in everything if one["kind"] in ("cases.linked", "cases.split")]
    assert len(hidden) == 2
    assert [one["id"] for one in some] == [one["id"] for one in everything if one not in hidden]
    assert not {secret.pk, part.pk} & {
        value for one in some for value in one["data"].values() if isinstance(value, int)
    }


def test_an_ordinary_neighbour_is_named_to_everybody(opened, demo, signed_in):
    plain, other = opened(), opened()
    link_cases(plain, other, kind="related", by=demo.staff["lead"].actor, at=NOW)
    shown = signed_in("chen").get(f"/work/cases/{plain.pk}").content.decode()
    assert shown.count(other.number) >= 2
    assert "linked the case" in shown


@pytest.fixture
def parted(opened, demo):
    """Two cases that were merged by mistake, with a request to another unit, and split back; the second one's partner."""
    first, second = opened(), opened()
    by = demo.staff["lead"].actor
    asked = {"level": demo.levels["2b"], "from_unit": demo.units["city"], "by": by, "at": NOW}
    ask_unit(demo.units["network"], subject="查表", case=second, **asked)
    merge_cases(first, second, by=by, at=NOW)
    split_back(second, by=by, at=NOW)
    return first, second


def told_on(page):
    return [line.sentence for line in page.context["timeline"]]


def test_a_merger_undone_is_told_with_the_numbers_of_both_cases(parted, signed_in):
    first, second = parted
    chen = signed_in("chen")
    of_first, of_second = (told_on(chen.get(f"/work/cases/{one.pk}")) for one in parted)
    assert f"split {second.number} back out of this case" in of_first
    assert f"split the case back out of {first.number}" in of_second
    assert f"took its requests to {first.number}" in of_second


def test_a_merger_undone_names_no_case_that_became_confidential(parted, signed_in):
    first, second = parted
    chen = signed_in("chen")
    Case.objects.filter(pk=second.pk).update(confidential=True)
    page = chen.get(f"/work/cases/{first.pk}")
    assert [words in page.content.decode() for words in (second.number, "back out of")] == [False, False]
    Case.objects.filter(pk=second.pk).update(confidential=False)
    Case.objects.filter(pk=first.pk).update(confidential=True)
    page = chen.get(f"/work/cases/{second.pk}")
    assert [words in page.content.decode() for words in (first.number, "back out of", "took its requests")] == [
        False
    ] * 3


# Numbers in events that are no case's. A new one belongs here, or among the event's `other_cases`.
_NO_CASES = (
    "absence ahead answer approvals assignee before branch business call calls clock conflicts contact "
    "contacts count counter customer customers defect defects deputy document expected extension from_parent "
    "from_queue from_unit invitation level maximum message messages minutes note number queue requests role "
    "round row rungs score seconds staff stands_in_for task team template term ticket to_counter to_parent "
    "to_queue to_unit token tokens tries type unit urge version violation written"
)
OF_OTHER_THINGS = frozenset(_NO_CASES.split())
NAMED_TO_NOBODY = {
    ("customers.merged", "other"),  # a customer
    ("queues.service_started", "case"),  # about a ticket, and not in its sentence
    ("queues.promise_drifted", "of"),  # how many
}


def test_every_event_about_a_case_that_holds_another_one_says_so():
    """By the sentence: whatever is shown as a number of a case is known to be one."""
    for kind, event in KINDS.items():
        for field in event.other_cases:
            assert f"{{{field}}}" in str(event.sentence), kind
            assert other_cases_in(RecordedEvent(kind=kind, data={field: 7})) == {7}
    assert {
        (kind, field.name)
        for kind, event in KINDS.items()
        for field in fields(event)
        if "int" in re.findall(r"\w+", str(getattr(field.type, "__name__", field.type)) + str(field.type))
        and field.name not in OF_OTHER_THINGS
    } == NAMED_TO_NOBODY | {(kind, field) for kind, event in KINDS.items() for field in event.other_cases}
