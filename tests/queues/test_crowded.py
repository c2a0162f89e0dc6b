"""Numbers and calls answered many at once say what the common way says, and refuse nobody themselves."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import ApiToken, Calendar, Scope
from ruoshui.queues.models import Branch, Ticket
from ruoshui.web.api.crowded import Asked, serve_crowd
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def asked(opened_counters):
    """asked(body, …): a request of somebody who reaches the branches of the city, opened at all hours."""
    Branch.objects.update(calendar=Calendar.objects.get(code="always"))
    secrets = {}

    def of(body=None, code="east", counter=0, who="lead", key=None, scope=Scope.QUEUES_WRITE, at=NOW):
        if (who, scope) not in secrets:
            staff = opened_counters.demo.staff[who]
            secrets[who, scope] = issue_token(staff, name="t", scopes=[scope], by=SYSTEM, at=timezone.now())[1]
        said = {"business": "pay"} if body is None else body
        return Asked(secrets[who, scope], code, counter, key, json.dumps(said).encode(), at.astimezone(UTC))

    return of


def common_way(client, one):
    path = f"/counters/{one.counter}/calls" if one.counter else "/tickets"
    headers = {"authorization": f"Bearer {one.token}"} | ({"idempotency-key": one.key} if one.key else {})
    return client.generic("POST", f"/api/v1/branches/{one.code}{path}", one.body, "application/json", headers=headers)


def test_a_number_is_the_one_that_the_common_way_gives_for_the_same_key(client, asked):
    one = asked(key=str(uuid.uuid4()))
    (answer,) = serve_crowd([one])
    again = common_way(client, one)
    assert (again.status_code, again.content, Ticket.objects.count()) == (201, answer, 1)


def test_a_call_is_answered_as_the_common_way_answers_it(client, asked):
    (number,) = serve_crowd([asked()])
    one = asked({"after": 0}, counter=1, at=LATER)
    (answer,) = serve_crowd([one])
    again = common_way(client, one)  # the answer was lost: the number called then is the answer
    assert (again.status_code, again.content) == (200, answer)
    assert json.loads(answer)["ticket"]["id"] == json.loads(number)["id"]


def test_a_counter_for_which_nobody_waits_is_told_so(client, asked):
    one = asked({"after": 0}, counter=1, at=LATER)
    assert serve_crowd([one]) == [common_way(client, one).content] == [b'{"ticket": null}']


def test_numbers_of_two_branches_are_given_together_in_the_name_of_their_program(asked):
    east, west = (json.loads(answer) for answer in serve_crowd([asked(), asked(code="west")]))
    assert (east["branch"], west["branch"]) == ("east", "west")
    told = RecordedEvent.objects.filter(kind="queues.ticket_issued").order_by("about_id")
    token = ApiToken.objects.latest("pk")
    assert [(one.about_id, one.by) for one in told] == [(east["id"], token.actor), (west["id"], token.actor)]


def test_numbers_and_calls_of_one_crowd_are_each_answered_what_they_asked(client, asked):
    (waiting,) = serve_crowd([asked()])
    call, number = asked({"after": 0}, counter=1, at=LATER), asked(code="west")
    nobody = asked({"after": 0}, code="nowhere", counter=1)
    refused, called, given = serve_crowd([nobody, call, number])
    assert refused is None
    assert common_way(client, call).content == called
    assert json.loads(called)["ticket"]["id"] == json.loads(waiting)["id"]
    assert json.loads(given)["branch"] == "west"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scope": Scope.QUEUES_READ}, 403),
        ({"code": "nowhere"}, 404),
        ({"who": "field"}, 404),
        ({"body": {"business": "nothing"}}, 422),
        ({"body": {"business": "pay", "language": "fr"}}, 422),
        ({"body": {"business": "pay", "contact": "13800000000"}}, 403),
        ({"body": {"business": "pay", "form": {"account": "1"}}}, 422),
    ],
)
def test_who_is_refused_or_says_more_is_left_to_the_common_way_and_the_others_get_their_numbers(
    client, asked, change, status
):
    one = asked(**change)
    left, other = serve_crowd([one, asked(code="west")])
    assert (left, json.loads(other)["branch"], Ticket.objects.count()) == (None, "west", 1)
    assert common_way(client, one).status_code == status


def test_an_unknown_token_and_a_broken_body_are_left_to_the_common_way(client, asked):
    unknown = Asked("rs_nobody", "east", 0, None, b'{"business": "pay"}', NOW)
    broken = Asked(asked().token, "east", 0, None, b'{"business":', NOW)
    assert serve_crowd([unknown, broken]) == [None, None]
    assert [common_way(client, one).status_code for one in (unknown, broken)] == [401, 400]


@pytest.mark.parametrize(("change", "status"), [({"counter": 9}, 404), ({"counter": 2}, 409), ({"who": "field"}, 404)])
def test_a_counter_that_may_not_call_is_left_to_the_common_way(client, asked, change, status):
    one = asked(**{"body": {"after": 0}, "counter": 1, "at": LATER} | change)
    assert serve_crowd([one]) == [None]
    assert common_way(client, one).status_code == status


def test_a_counter_that_is_busy_is_left_to_the_common_way_which_says_why(client, asked):
    serve_crowd([asked()])
    serve_crowd([asked({"after": 0}, counter=1, at=LATER)])
    one = asked({}, counter=1, at=LATER)
    assert serve_crowd([one]) == [None]
    assert common_way(client, one).json()["code"] == "counter-busy"


@pytest.mark.parametrize("body", ['{"business": "pay", "x": "\\u0007"}', '{"business": "pay", "x": 1e400}', "[" * 5000])
def test_what_could_not_be_kept_goes_the_common_way_and_is_refused_there(client, asked, body):
    one = replace(asked(), body=body.encode())
    assert serve_crowd([one]) == [None]
    assert common_way(client, one).status_code in (400, 422)
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("first", ["crowd", "common"])
def test_a_key_that_is_used_for_another_wish_is_refused_by_either_way(client, asked, first):
    key = str(uuid.uuid4())
    one, other = asked(key=key), asked({"business": "pay", "language": "en"}, key=key)
    given = json.loads(serve_crowd([one])[0]) if first == "crowd" else common_way(client, one).json()
    assert serve_crowd([other]) == [None]
    refused = common_way(client, other)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency-key-reused")
    same = replace(one, body=b' {"language": "zh-hans", "business": "pay"}')  # the same wish in other letters
    assert [json.loads(serve_crowd([same])[0]), common_way(client, same).json()] == [given, given]
    assert Ticket.objects.count() == 1


def test_without_a_key_every_wish_is_one_of_its_own(asked):
    assert None not in serve_crowd([asked()]) + serve_crowd([asked({"business": "pay", "language": "en"})])
    assert Ticket.objects.count() == 2


def test_a_number_from_before_fingerprints_is_still_the_answer_to_its_key(client, asked):
    one = asked(key=str(uuid.uuid4()))
    (answer,) = serve_crowd([one])
    Ticket.objects.update(wished="")
    assert common_way(client, one).content == answer
