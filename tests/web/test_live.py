"""What changes while a page is on its way is not missed."""

import asyncio
import json
import re
import time

import pytest
from django.core import signing
from django.db import connection

from ruoshui.organization.models import Role, Staff, Unit
from ruoshui.web.live import ENDED, LATE_SECONDS, SALT, WAITING_AT_MOST, Hub, _put, application, hub, sign_topics
from ruoshui.web.live_rights import RIGHTS, KnownRights


def test_a_page_that_connects_late_hears_what_changed_meanwhile():
    hub = Hub()
    hub.began = time.time() - 300
    hub.tell(["case:1"])
    made = time.time()
    assert hub.has_missed(["case:1", "staff:7"], made - 1)
    assert not hub.has_missed(["case:2", "staff:7"], made - 1)
    assert not hub.has_missed(["case:1"], made + 1)


def test_a_page_older_than_what_is_remembered_reloads_to_be_sure():
    hub = Hub()
    assert hub.has_missed(["case:1"], hub.began - 1)
    hub.began = time.time() - 300
    assert hub.has_missed(["case:1"], time.time() - 120)


def waiting(queue):
    return [queue.get_nowait() for _each in range(queue.qsize())]


def test_a_slow_connection_hears_later_of_what_it_could_not_take_and_loses_nothing():
    hub, topics = Hub(), [f"case:{number}" for number in range(3 * WAITING_AT_MOST)]
    queue = hub.follow(topics)
    for topic in topics:
        hub.tell([topic])
    news = waiting(queue)
    assert (len(news), {topic for one in news for topic in json.loads(one)}) == (WAITING_AT_MOST, {*topics})


@pytest.mark.parametrize("comes", ["first", "last"])
def test_a_slow_connection_is_ended_all_the_same(comes):
    hub = Hub()
    queue = hub.follow(["case:1"])
    if comes == "first":
        _put(queue, ENDED)
    for _each in range(WAITING_AT_MOST):
        hub.tell(["case:1"])
    if comes == "last":
        _put(queue, ENDED)
    assert ENDED in waiting(queue)


def test_what_changed_long_ago_is_forgotten():
    hub = Hub()
    hub.changed = {"case:1": time.time() - 120, "case:2": time.time()}
    hub.remember(["case:3"])
    assert list(hub.changed) == ["case:2", "case:3"]


def test_followers_hear_of_their_topics_only():
    async def scene() -> tuple[int, int]:
        hub = Hub()
        mine, others = hub.follow(["case:1"]), hub.follow(["case:2"])
        hub.tell(["case:1"])
        return mine.qsize(), others.qsize()

    assert asyncio.run(scene()) == (1, 0)


def test_a_follower_is_told_only_what_they_asked_for():
    """An anonymous customer hears that their case changed, not in which unit and in whose hands."""

    async def scene() -> tuple[list[str], list[str]]:
        hub = Hub()
        customer, clerk = hub.follow(["case:1"]), hub.follow(["unit:3", "staff:4"])
        hub.tell(["case:1", "staff:4", "unit:1", "unit:2", "unit:3"])
        return json.loads(customer.get_nowait()), json.loads(clerk.get_nowait())

    told, theirs = asyncio.run(scene())
    assert told == ["case:1"]
    assert sorted(theirs) == ["staff:4", "unit:3"]


def look(standing: KnownRights, people: list[int], revision: int) -> set[int]:
    asked = standing.asked(people)
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [asked])
        return standing.compared(revision, asked, cursor.fetchall())


def test_updates_end_for_who_is_deactivated_or_has_other_rights_and_for_nobody_else(demo):
    names = ("chen", "wang", "zhao", "east", "south")
    chen, wang, zhao, east, south = (demo.staff[name] for name in names)
    people = [one.pk for one in (chen, wang, zhao, east, south)]
    standing, began = KnownRights(), time.time()
    assert look(standing, people, 1) == set()
    Staff.objects.filter(pk=chen.pk).update(is_active=False)
    wang.memberships.create(unit=demo.units["south"], role=demo.roles["clerk"])
    zhao.memberships.all().delete()
    Unit.objects.filter(pk=demo.units["south"].pk).update(path=demo.units["city"].path + "99/")
    assert look(standing, people, 2) == {chen.pk, wang.pk, zhao.pk, south.pk}
    assert look(standing, people, 3) == {chen.pk}
    assert standing.is_stale([chen.pk], began)
    assert standing.is_stale([wang.pk], began)
    assert not standing.is_stale([wang.pk], time.time() + 1)
    assert not standing.is_stale([east.pk], began)


def test_a_role_that_loses_a_right_ends_the_updates_of_who_holds_it(demo):
    standing, people = KnownRights(), [demo.staff["lead"].pk, demo.staff["chen"].pk]
    look(standing, people, 1)
    Role.objects.filter(code="supervisor").update(permissions=["work"])
    assert look(standing, people, 2) == {demo.staff["lead"].pk}


def test_the_page_of_somebody_who_works_here_follows_its_reader(signed_in, demo, opened):
    """So that the end of their rights ends it: otherwise it could go on for a day."""
    case = opened()
    client = signed_in("lead")
    for place in (
        "cases",
        f"cases/{case.pk}",
        f"cases/{case.pk}/dossier",
        "tasks",
        "requests",
        "desk",
        "notices",
        "phone",
    ):
        page = client.get(f"/work/{place}").content.decode()
        found = re.findall(r'data-live-topics="([^"]+)"', page)
        assert len(found) == 1, place
        (token,) = found
        assert f"staff:{demo.staff['lead'].pk}" in signing.loads(token, salt=SALT)["topics"], place


def shown_by(page: str) -> dict[str, list[str]]:
    """The live parts of a page, and the topics that each shows."""
    return {
        re.findall(r'\sid="([^"]+)"', tag)[0]: re.findall(r'\sdata-topics="([^"]*)"', tag)[0].split()
        for tag in re.findall(r"<[^<>]*\sdata-live\s[^<>]*>", page)
    }


def test_a_part_of_a_case_shows_the_case_and_the_bell_its_reader(signed_in, demo, opened):
    """So that ten open cases do not all come anew when something concerns who reads them."""
    case = opened()
    page = signed_in("lead").get(f"/work/cases/{case.pk}").content.decode()
    of_case = {part: [f"case:{case.pk}"] for part in ("head", "work", "talk", "papers", "side")}
    assert shown_by(page) == {"bell": [f"staff:{demo.staff['lead'].pk}"], **of_case}


def test_a_page_follows_what_its_parts_show(signed_in, demo, opened):
    case = opened()
    client, lead = signed_in("lead"), f"staff:{demo.staff['lead'].pk}"
    places = ("cases", f"cases/{case.pk}", "tasks", "requests", "desk", "notices", "phone")
    for place in (*(f"/work/{place}" for place in places), "/cockpit/", "/branch/"):
        page = client.get(place, follow=True).content.decode()
        (token,) = re.findall(r'data-live-topics="([^"]+)"', page)
        shown = {topic for topics in shown_by(page).values() for topic in topics}
        assert all(shown_by(page).values()), place
        assert shown | {lead} == set(signing.loads(token, salt=SALT)["topics"]), place


def test_a_list_that_came_anew_still_says_what_it_shows(signed_in, opened):
    opened()
    client = signed_in("lead")
    whole = client.get("/work/cases").content.decode()
    part = client.get("/work/cases", headers={"HX-Request": "true"}).content.decode()
    assert shown_by(part) == {"list": shown_by(whole)["list"]}


def test_an_ended_stream_is_closed_and_not_opened_again(demo):
    """Through the application itself: the second time with what was signed before the change."""

    async def scene() -> tuple[list[dict], int]:
        sent: list[dict] = []
        token = sign_topics([f"staff:{demo.staff['chen'].pk}"])
        scope: dict[str, object] = {
            "type": "http",
            "path": "/",
            "query_string": f"topics={token}".encode(),
            "headers": [],
            "client": None,
            "method": "GET",
        }

        async def receive() -> dict:
            await asyncio.sleep(3600)
            return {}

        async def send(message: dict) -> None:
            sent.append(message)
            if len(sent) == 2:
                for queue in hub.followers.get(f"staff:{demo.staff['chen'].pk}", ()):
                    queue.put_nowait(ENDED)

        hub.changed, hub.began = {}, time.time() - 300
        await asyncio.wait_for(application(scope, receive, send), 20)
        first = list(sent)
        hub.standing.changed[demo.staff["chen"].pk] = time.time()
        sent.clear()
        await asyncio.wait_for(application(scope, receive, send), 20)
        return first, sent[0]["status"]

    first, again = asyncio.run(scene())
    assert first[0]["status"] == 200
    assert first[-1] == {"type": "http.response.body", "body": b""}
    assert again == 403
    hub.standing.changed.clear()


def answer_of(path, method="GET"):
    """Status, headers and body of the live process for a request without a token."""
    told = []

    async def send(message):
        told.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "query_string": b"",
        "headers": [],
        "client": ("10.1.2.3", 1),
    }
    asyncio.run(application(scope, receive, send))
    return told[0]["status"], dict(told[0]["headers"]), told[1]["body"].decode()


def test_the_live_process_says_whether_it_hears_of_changes():
    before = hub.looked
    try:
        hub.looked = None
        status, headers, body = answer_of("/readyz")
        assert (status, headers[b"retry-after"], body) == (503, b"5", '{"ready": false}')
        hub.looked = time.monotonic()
        assert answer_of("/readyz")[::2] == (200, '{"ready": true}')
        hub.looked = time.monotonic() - LATE_SECONDS - 1
        assert answer_of("/readyz")[0] == 503
    finally:
        hub.looked = before


def test_the_look_at_rights_is_what_readiness_hangs_on():
    class Answering:
        async def execute(self, _query, _values=()):
            return self

        async def fetchone(self):
            return (1,)

        async def fetchall(self):
            return []

    one = Hub()
    assert not one.hears()
    asyncio.run(one.look_at_rights(Answering()))
    assert one.hears()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_ways_of_asking_are_told_which_one_is_right(method):
    status, headers, body = answer_of("/", method)
    assert (status, headers[b"allow"], body) == (405, b"GET, HEAD", "Live updates are read with GET.")
    assert b"retry-after" not in headers


def streamed(query: str, headers: list[tuple[bytes, bytes]] | None = None) -> tuple[int, list[tuple[str, object]]]:
    """Status, and what was told at once: (event, data)."""

    async def scene() -> list[dict]:
        sent: list[dict] = []
        told = asyncio.Event()

        async def receive() -> dict:
            await told.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict) -> None:
            sent.append(message)
            if len(sent) >= 2:
                asyncio.get_running_loop().call_later(0.05, told.set)

        scope: dict[str, object] = {"type": "http", "path": "/", "query_string": query.encode(), "method": "GET"}
        scope |= {"headers": headers or [], "client": None}
        await asyncio.wait_for(application(scope, receive, send), 20)
        return sent

    first, *rest = asyncio.run(scene())
    text = b"".join(one["body"] for one in rest).decode()
    events = re.findall(r"event: (\w+)\nid: \d+\.\d{3}\ndata: (.+)\n\n", text)
    return first["status"], [(name, json.loads(data)) for name, data in events if name != "still"]


def test_the_pages_of_one_browser_share_a_connection_and_each_hears_of_its_own(demo):
    hub.changed, hub.began = {}, time.time() - 300
    one, two = sign_topics(["case:1"]), sign_topics(["case:2", "staff:4"])
    status, told = streamed(f"topics={one}&topics=forged&topics={two}")
    assert (status, told) == (200, [("follows", [["case:1"], None, ["case:2", "staff:4"]])])
    assert streamed("topics=forged&topics=x")[0] == 403


def test_a_page_that_was_followed_until_now_is_not_asked_to_load_again_when_another_one_opens(demo):
    hub.changed, hub.began = {}, time.time() - 300
    old = signing.dumps({"topics": ["case:1"], "since": time.time() - 120}, salt=SALT, compress=True)
    new, now = sign_topics(["case:2"]), time.time()
    assert streamed(f"topics={old}&topics={new}")[1][1:] == [("changed", ["case:1"])]
    assert streamed(f"topics={old}&topics={new}&heard=0:{now:.3f}")[1][1:] == []
    assert streamed(f"topics={old}&topics={new}", [(b"last-event-id", f"{now:.3f}".encode())])[1][1:] == []
    hub.changed = {"case:1": now + 1}
    assert streamed(f"topics={old}&topics={new}&heard=0:{now:.3f}")[1][1:] == [("changed", ["case:1"])]
    hub.changed = {}


def test_what_is_said_to_have_been_heard_is_a_number_or_nothing(demo):
    hub.changed, hub.began = {}, time.time() - 300
    old = signing.dumps({"topics": ["case:1"], "since": time.time() - 120}, salt=SALT, compress=True)
    for said in ("nan", "inf", "1e99", "-1", "", "٣", "1:2"):
        assert streamed(f"topics={old}&heard=0:{said}")[1][1:] == [("changed", ["case:1"])], said
