"""An ordinary case does not tell of the confidential ones beside it: links, splits, follow-ups, timeline, API."""

import pytest
from django.utils import timezone

from ruoshui.cases.actions import link_cases, split_case
from ruoshui.cases.models import Case
from ruoshui.cases.queries import other_cases_in
from ruoshui.core.actors import SYSTEM
from ruoshui.core.events import KINDS
from ruoshui.core.models import RecordedEvent
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
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


def test_every_event_about_a_case_that_holds_another_one_says_so():
    """By the sentence: whatever is shown as a number of a case is known to be one."""
    for kind, event in KINDS.items():
        for field in event.other_cases:
            assert f"{{{field}}}" in str(event.sentence), kind
            assert other_cases_in(RecordedEvent(kind=kind, data={field: 7})) == {7}
    assert {kind for kind, event in KINDS.items() if event.other_cases} == {
        *("cases.merged", "cases.absorbed", "cases.split", "cases.linked"),
        "feedback.follow_up_opened",
    }
