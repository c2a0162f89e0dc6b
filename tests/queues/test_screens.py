"""Screens nobody signs in at: what each follows, what it shows for how long, and what a look costs."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.feedback.actions import answer_survey, invite
from ruoshui.feedback.models import Answer
from ruoshui.queues import actions
from ruoshui.queues.models import Branch, Device, Ticket
from ruoshui.web.live import SALT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hall):
    """desk.do("start"): a verb about the number at counter 1, a minute after the one before; desk.heard(): the topics
    that screens have been told of since.
    """
    return Desk(hall)


class Desk:
    def __init__(self, hall):
        self.hall, self.counter, self.clock = hall, hall.counters[1], timezone.now() - timedelta(minutes=30)
        actions.open_counter(self.counter, staff=hall.clerks[1], by=hall.by, at=self.clock)
        self.ticket = actions.issue_ticket(hall.branch, business=hall.business["pay"], by=SYSTEM, at=self.clock)
        self.heard()

    def do(self, verb, **values):
        self.clock += timedelta(minutes=1)
        about = self.counter if verb.__name__ in ("call_next", "pause_counter") else self.ticket
        verb(about, by=self.hall.by, at=self.clock, **values)
        self.ticket.refresh_from_db()

    def serve(self):
        self.do(actions.call_next)
        self.do(actions.start_service)

    def finish(self):
        self.serve()
        self.do(actions.finish_service, outcome="solved", summary="done")

    def heard(self):
        found = set(getattr(connection, "live_topics", ()))
        connection.live_topics = set()
        return {topic for topic in found if topic.startswith(("branch:", "ticket:", "counter:"))}

    @property
    def topics(self):
        return {f"branch:{self.hall.branch.pk}", f"ticket:{self.ticket.pk}", f"counter:{self.counter.pk}"}

    def invite(self):
        closing = RecordedEvent.objects.get(kind="cases.closed", about_id=self.ticket.case_id)
        return invite(self.ticket.case, closing=closing.pk, outcome="solved", at=self.clock)

    def screen(self, kind):
        of = Device.objects.filter(branch=self.hall.branch, kind=kind)
        return f"/device/{of.filter(counter=self.counter if kind == 'plate' else None).get().key}"


def part(client, path):
    return client.get(path, headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(("kind", "of"), [("hall", "branch"), ("kiosk", "branch"), ("plate", "counter")])
def test_a_screen_follows_what_it_shows_and_nothing_else(client, desk, kind, of):
    page = client.get(desk.screen(kind)).content.decode()
    (token,) = re.findall(r'data-live-topics="([^"]+)"', page)
    pk = {"branch": desk.hall.branch.pk, "counter": desk.counter.pk}[of]
    assert signing.loads(token, salt=SALT)["topics"] == [f"{of}:{pk}"]
    shown = [] if kind == "kiosk" else [f"{of}:{pk}"]  # it shows nothing that changes by itself
    assert re.findall(r'data-topics="([^"]*)"', page) == shown


def test_the_hall_shows_the_time_of_its_branch(client, desk):
    assert re.findall(r'data-clock="([^"]*)"', client.get(desk.screen("hall")).content.decode()) == ["Asia/Shanghai"]


def test_a_phone_follows_its_number_and_the_hall(client, desk):
    page = client.get(f"/n/{desk.ticket.key}").content.decode()
    (token,) = re.findall(r'data-live-topics="([^"]+)"', page)
    topics = [f"branch:{desk.hall.branch.pk}", f"ticket:{desk.ticket.pk}"]
    assert signing.loads(token, salt=SALT)["topics"] == topics
    assert re.findall(r'data-topics="([^"]*)"', page) == [" ".join(topics)]


def test_whoever_only_waits_wakes_no_plate(desk):
    actions.issue_ticket(desk.hall.branch, business=desk.hall.business["pay"], by=SYSTEM, at=timezone.now())
    newest = Ticket.objects.latest("pk")
    assert desk.heard() == {f"branch:{desk.hall.branch.pk}", f"ticket:{newest.pk}"}


def test_a_plate_hears_of_all_that_happens_at_its_counter(desk):
    for verb, values in (
        (actions.call_next, {}),
        (actions.recall, {}),
        (actions.start_service, {}),
        (actions.hold_service, {}),
        (actions.resume_service, {"counter": desk.counter}),
        (actions.move_ticket, {}),
        (actions.call_next, {}),
        (actions.mark_not_come, {}),
        (actions.rejoin, {}),
    ):
        desk.do(verb, **values)
        assert (verb.__name__, desk.heard()) == (verb.__name__, desk.topics)
    desk.do(actions.pause_counter)
    assert desk.heard() == desk.topics - {f"ticket:{desk.ticket.pk}"}


def test_the_plate_and_the_phone_hear_of_the_question_and_of_the_answer(desk):
    desk.finish()
    desk.heard()
    invitation = desk.invite()
    assert desk.heard() == desk.topics
    answer_survey(invitation, {"satisfaction": "5"}, language="en", at=timezone.now())
    assert desk.heard() == desk.topics


def test_a_plate_thanks_asks_and_after_a_while_is_itself_again(client, desk):
    desk.clock = timezone.now() - timedelta(seconds=200)
    desk.finish()
    plate = desk.screen("plate")
    assert "Thank you for coming" in part(client, plate)
    (seconds,) = re.findall(r"load delay:(\d+)s", part(client, plate))
    assert 60 < int(seconds) <= 90
    desk.invite()
    assert "Were you satisfied?" in part(client, plate)
    Ticket.objects.update(ended_at=timezone.now() - timedelta(seconds=91))
    shown = part(client, plate)
    assert ("Please wait until your number is called." in shown, "load delay" in shown) == (True, False)


@pytest.fixture
def asked(client, desk):
    """Somebody has just been served and is asked on the plate: asked(score=5) presses a face."""
    desk.clock = timezone.now() - timedelta(seconds=200)
    desk.finish()
    invitation, own = desk.invite(), desk.screen("plate")

    def press(token=invitation.token, plate=own, **values):
        return client.post(f"{plate}/rating", {"token": token, **values}, headers={"HX-Request": "true"})

    return press


def test_one_press_on_the_plate_is_the_answer(asked, client, desk):
    shown = asked(score="4").content.decode()
    assert ("Thank you for coming" in shown, "Were you satisfied?" in shown) == (True, False)
    answer = Answer.objects.get()
    assert (answer.score, answer.comment, answer.invitation.case_id) == (4, "", desk.ticket.case_id)
    assert "Were you satisfied?" not in part(client, desk.screen("plate"))


def test_a_bad_face_is_asked_for_the_reason_which_goes_with_the_answer(asked):
    shown = asked(score="2").content.decode()
    assert ("What went wrong?" in shown, "哪里不满意" in shown, Answer.objects.count()) == (True, True, 0)
    asked(score="2", why="wait")
    answer = Answer.objects.get()
    assert (answer.score, answer.comment, answer.language) == (2, "等候时间太长", "zh-hans")


@pytest.mark.parametrize("why", ["", "nonsense"])
def test_whoever_walks_away_from_the_reasons_has_answered_all_the_same(asked, why):
    asked(score="1", why=why)
    assert Answer.objects.get().comment == "在窗口评价时未选择原因。"


def test_a_second_press_changes_nothing(asked):
    asked(score="5")
    assert asked(score="1", why="manner").status_code == 200
    assert Answer.objects.get().score == 5


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, 404),
        ({"score": "6"}, 404),
        ({"score": "x"}, 404),
        ({"score": "5", "token": "x"}, 404),
        ({"score": "5", "token": "\x00"}, 422),
    ],
)
def test_nonsense_on_a_plate_is_no_answer(asked, values, told):
    assert (asked(**values).status_code, Answer.objects.count()) == (told, 0)


def test_a_plate_takes_answers_about_its_own_counter_only(asked, desk):
    other = Device.objects.exclude(counter=desk.counter).filter(branch=desk.hall.branch, kind="plate")[0]
    hall = Device.objects.get(branch=desk.hall.branch, kind="hall")
    for key in (other.key, hall.key, "a-stranger"):
        assert asked(score="5", plate=f"/device/{key}").status_code == 404
    assert Answer.objects.count() == 0


def test_who_goes_is_asked_beside_the_next_number_until_that_one_sits_there(asked, client, desk):
    desk.ticket = actions.issue_ticket(
        desk.hall.branch, business=desk.hall.business["pay"], by=SYSTEM, at=timezone.now()
    )
    desk.clock = timezone.now()
    desk.do(actions.call_next)
    shown = part(client, desk.screen("plate"))
    assert (desk.ticket.number in shown, "just served: were you satisfied?" in shown) == (True, True)
    assert desk.ticket.number in asked(score="5").content.decode()
    assert "were you satisfied?" not in part(client, desk.screen("plate"))
    Answer.objects.all().delete()
    desk.do(actions.start_service)
    shown = part(client, desk.screen("plate"))
    assert (desk.ticket.number in shown, "were you satisfied?" in shown) == (True, False)


def test_a_plate_asks_nothing_about_who_did_not_come(client, desk):
    desk.finish()
    desk.invite()
    desk.ticket = actions.issue_ticket(
        desk.hall.branch, business=desk.hall.business["pay"], by=SYSTEM, at=timezone.now()
    )
    desk.clock = timezone.now()
    desk.do(actions.call_next)
    assert desk.ticket.number in part(client, desk.screen("plate"))
    desk.do(actions.mark_not_come)
    assert "Please wait until your number is called." in part(client, desk.screen("plate"))


@pytest.mark.parametrize(("kind", "queries"), [("hall", 1), ("kiosk", 1), ("plate", 3)])
def test_a_look_costs_the_same_for_one_who_waits_and_for_three(client, desk, kind, queries):
    path = desk.screen(kind) + ("/now" if kind == "kiosk" else "")

    def cost() -> int:
        part(client, path)
        with CaptureQueriesContext(connection) as seen:
            part(client, path)
        return len(seen)

    assert cost() == queries
    for _each in range(2):
        actions.issue_ticket(desk.hall.branch, business=desk.hall.business["pay"], by=SYSTEM, at=timezone.now())
    assert cost() == queries
    desk.serve()
    assert cost() == {"hall": 1, "kiosk": 1, "plate": 2}[kind]


def test_a_number_of_a_queue_that_was_given_up_is_still_shown_at_its_counter(client, desk):
    desk.serve()
    desk.ticket.queue.is_active = False
    desk.ticket.queue.save()
    Branch.objects.filter(pk=desk.hall.branch.pk).update(revision=1)
    assert desk.ticket.number in part(client, desk.screen("plate"))
