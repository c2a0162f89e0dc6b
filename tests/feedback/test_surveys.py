"""Ask, and act when the answer is bad."""

from datetime import timedelta
from itertools import count

import pytest
from django.core import mail

from ruoshui.cases.actions import assign_case, close_case, reopen_case
from ruoshui.cases.models import Case, CaseLink, CaseType
from ruoshui.core.models import RecordedEvent
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import register_customer
from ruoshui.feedback.actions import answer_survey, deliver, follow_up, invite
from ruoshui.feedback.actions.following_up import type_of_follow_up
from ruoshui.feedback.models import Answer, Invitation, Survey
from ruoshui.feedback.queries import answers_of, satisfaction, satisfaction_by
from ruoshui.feedback.refusals import AlreadyAnswered, SurveyExpired
from ruoshui.organization.models import Staff
from ruoshui.processes.models import Run
from ruoshui.processes.templates import current_template
from tests.conftest import NOW, refused

KEYS = count(1)


@pytest.fixture
def closed(opened, demo):
    """A case of chen's, closed; with the id of the closing."""

    def make(**values):
        case = opened(**values)
        assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)
        close_case(case, outcome="solved", by=demo.staff["chen"].actor, at=NOW)
        closing = RecordedEvent.objects.get(about_kind="cases.case", about_id=case.pk, kind="cases.closed").pk
        return case, closing

    return make


@pytest.fixture
def invitation(closed):
    case, closing = closed()
    return invite(case, closing=closing, outcome="solved", at=NOW)


def test_one_closing_invites_once(closed):
    case, closing = closed()
    first = invite(case, closing=closing, outcome="solved", at=NOW)
    assert invite(case, closing=closing, outcome="solved", at=NOW) == first


def test_the_agent_answered_for_is_fixed_when_the_survey_is_sent(invitation, demo):
    case = invitation.case
    Case.objects.filter(pk=case.pk).update(assignee=None, unit=demo.units["east"])
    invitation.refresh_from_db()
    assert (invitation.agent, invitation.unit) == (demo.staff["chen"], demo.units["city"])


@pytest.mark.parametrize("outcome", ["merged", "duplicate"])
def test_nobody_is_asked_about_a_duplicate(closed, outcome):
    case, closing = closed()
    assert invite(case, closing=closing, outcome=outcome, at=NOW) is None


def test_the_link_is_mailed_once_in_the_customers_language(invitation):
    deliver(invitation, at=NOW)
    deliver(invitation, at=NOW)
    [letter] = mail.outbox
    assert letter.to == ["Xu@Example.com"]
    assert invitation.token in letter.body
    assert "您满意吗" in letter.body


def test_a_mail_server_that_is_down_blocks_nothing_is_told_once_and_tried_again(invitation, settings, kinds_of):
    settings.EMAIL_BACKEND = "tests.feedback.broken_mail.BrokenMail"
    for _attempt in range(2):
        invitation.refresh_from_db()
        with pytest.raises(OSError, match="down"):
            deliver(invitation, at=NOW)
    assert Case.objects.get(pk=invitation.case_id).state == "closed"
    assert kinds_of(invitation.case).count("feedback.survey_not_delivered") == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invitation.refresh_from_db()
    deliver(invitation, at=NOW)
    assert len(mail.outbox) == 1


def test_without_an_address_the_link_stays_on_the_portal(invitation, customer):
    customer.contacts.filter(kind="email").delete()
    deliver(invitation, at=NOW)
    invitation.refresh_from_db()
    assert (invitation.delivery, mail.outbox) == ("no_address", [])


def test_a_link_takes_one_answer(invitation):
    answer_survey(invitation, {"satisfaction": "5"}, language="en", at=NOW)
    with refused(AlreadyAnswered):
        answer_survey(invitation, {"satisfaction": "1"}, comment="!", language="en", at=NOW)
    assert Answer.objects.get().score == 5


def test_an_expired_link_takes_none(invitation):
    with refused(SurveyExpired):
        answer_survey(invitation, {"satisfaction": "5"}, language="en", at=NOW + timedelta(days=15))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "satisfaction"),
        ({"satisfaction": "6"}, "satisfaction"),
        ({"satisfaction": "4", "speed": "fast"}, "speed"),
        ({"satisfaction": "4", "solved": "maybe"}, "solved"),
        ({"satisfaction": "2"}, "comment"),
    ],
)
def test_a_bad_answer_sheet_is_refused_by_field(invitation, answers, field):
    with refused(Invalid) as info:
        answer_survey(invitation, answers, language="en", at=NOW)
    assert list(info.value.errors) == [field]
    assert not Answer.objects.exists()


def test_a_bad_answer_becomes_work_of_the_supervisor_once(invitation, demo):
    answer = answer_survey(invitation, {"satisfaction": 2}, comment="没有人解释原因", language="zh-hans", at=NOW)
    following = follow_up(answer, at=NOW)
    assert follow_up(answer, at=NOW) == following
    assert (following.assignee, following.priority, following.unit) == (demo.staff["lead"], "high", demo.units["city"])
    assert CaseLink.objects.get(case=following).to == invitation.case
    assert following.messages.get().body == "没有人解释原因"


def test_a_good_answer_makes_no_work(invitation):
    answer = answer_survey(invitation, {"satisfaction": 3}, language="en", at=NOW)
    assert follow_up(answer, at=NOW) is None


def test_a_follow_up_is_of_the_surveys_own_type_and_never_another_connection(opened, demo):
    case = opened("conn-resident", form={"kind": "新装", "address": "柳岸 3 幢"})
    survey = Survey.objects.get(code="satisfaction")
    assert type_of_follow_up(survey, case) == demo.types["complaint"]
    survey.follow_up_type = None
    assert type_of_follow_up(survey, case).code == CaseType.objects.order_by("position", "code").first().code
    assert current_template(type_of_follow_up(survey, case).pk) is None
    assert type_of_follow_up(survey, opened("billing")) == demo.types["billing"]


def test_a_type_out_of_use_takes_no_follow_up(opened, demo):
    survey = Survey.objects.select_related("follow_up_type").get(code="satisfaction")
    survey.follow_up_type.is_active = False
    assert type_of_follow_up(survey, opened("billing")) == demo.types["billing"]


def test_a_bad_score_of_a_connection_begins_no_process(opened, demo):
    case = opened("conn-resident", form={"kind": "新装", "address": "柳岸 3 幢"})
    asked = invitation_of(case)
    following = follow_up(answer_survey(asked, {"satisfaction": 1}, comment="too slow", language="en", at=NOW), at=NOW)
    assert (following.type, following.form) == (demo.types["complaint"], {})
    assert not Run.objects.filter(case=following).exists()


def invitation_of(case, **more):
    """As if the case had been closed just now."""
    values = {"closing": 10**6 + case.pk, "sent_at": NOW, "expires_at": NOW + timedelta(days=14)} | more
    return Invitation.objects.create(
        survey=Survey.objects.get(code="satisfaction"), case=case, unit=case.unit, **values
    )


def test_nobody_is_asked_about_a_follow_up(invitation, demo):
    answer = answer_survey(invitation, {"satisfaction": 1}, comment="x", language="en", at=NOW)
    following = follow_up(answer, at=NOW)
    later = NOW + timedelta(days=90)
    assert invite(following, closing=10**6, outcome="solved", at=later) is None


def test_a_customer_is_asked_again_after_a_rest_of_thirty_days(closed):
    first, closing = closed()
    assert invite(first, closing=closing, outcome="solved", at=NOW) is not None
    second, closing = closed()
    assert invite(second, closing=closing, outcome="solved", at=NOW + timedelta(days=29)) is None
    assert invite(second, closing=closing, outcome="solved", at=NOW + timedelta(days=30)) is not None


def test_who_complains_is_asked_at_once_and_the_question_that_waits_ends(closed, demo, kinds_of):
    first, closing = closed()
    waiting = invite(first, closing=closing, outcome="solved", at=NOW)
    complaint, closing = closed(code="complaint")
    later = NOW + timedelta(days=1)
    asked = invite(complaint, closing=closing, outcome="solved", at=later)
    waiting.refresh_from_db()
    assert (asked.is_open(later), waiting.is_open(later)) == (True, False)
    with refused(SurveyExpired):
        answer_survey(waiting, {"satisfaction": "5"}, language="en", at=later)
    assert kinds_of(first)[-1] == "feedback.survey_ended"


def test_another_customer_is_asked_meanwhile(closed, demo):
    first, closing = closed()
    invite(first, closing=closing, outcome="solved", at=NOW)
    other = register_customer(name="何青", contacts=[("phone", "13900001111")], unit=demo.units["city"], at=NOW)
    second, closing = closed(customer=other, by=other.actor)
    assert invite(second, closing=closing, outcome="solved", at=NOW) is not None


def test_a_link_ends_with_the_closing_it_asks_about(invitation, demo):
    case, later = invitation.case, NOW + timedelta(hours=1)
    reopen_case(case, by=demo.staff["lead"].actor, at=later)
    with refused(SurveyExpired):
        answer_survey(invitation, {"satisfaction": "1"}, comment="x", language="en", at=later)
    close_case(case, outcome="solved", by=demo.staff["lead"].actor, at=later)
    closing = RecordedEvent.objects.filter(about_id=case.pk, kind="cases.closed").latest("at", "id").pk
    again = invite(case, closing=closing, outcome="solved", at=later)
    assert again.token != invitation.token
    assert answer_survey(again, {"satisfaction": "5"}, language="en", at=later).score == 5


def test_a_given_answer_stays_when_the_case_is_reopened(invitation, demo):
    answer_survey(invitation, {"satisfaction": "5"}, language="en", at=NOW)
    reopen_case(invitation.case, by=demo.staff["lead"].actor, at=NOW)
    assert Answer.objects.get(invitation=invitation).score == 5


def test_a_bad_answer_about_a_merged_case_goes_to_the_survivor(invitation, opened):
    answer = answer_survey(invitation, {"satisfaction": 1}, comment="still dark", language="en", at=NOW)
    survivor, before = opened(), Case.objects.count()
    Case.objects.filter(pk=invitation.case_id).update(merged_into=survivor)
    assert follow_up(answer, at=NOW) == survivor
    assert "still dark" in survivor.messages.latest("pk").body
    assert Case.objects.count() == before


def test_when_the_survivor_is_finished_too_it_gets_the_follow_up(invitation, opened, demo):
    answer = answer_survey(invitation, {"satisfaction": 1}, comment="still dark", language="en", at=NOW)
    survivor = opened()
    close_case(survivor, outcome="solved", by=demo.staff["lead"].actor, at=NOW)
    Case.objects.filter(pk=invitation.case_id).update(merged_into=survivor)
    following = follow_up(answer, at=NOW)
    assert CaseLink.objects.get(case=following).to == survivor


def test_satisfaction_comes_with_its_interval_by_unit_type_and_person(closed, demo):
    for score in (5, 4, 4, 2):
        who = register_customer(
            name="何青", contacts=[("reference", f"K{next(KEYS)}")], unit=demo.units["city"], at=NOW
        )
        case, closing = closed(customer=who, by=who.actor)
        answer_survey(
            invite(case, closing=closing, outcome="solved", at=NOW),
            {"satisfaction": score},
            comment="x",
            language="en",
            at=NOW,
        )
    whole = satisfaction(answers_of([demo.units["city"].pk]))
    assert (whole.satisfied.hits, whole.satisfied.n, whole.mean) == (3, 4, 3.75)
    assert (round(whole.satisfied.low, 3), round(whole.satisfied.high, 3)) == (0.301, 0.954)
    [by_agent] = satisfaction_by(answers_of(None), "agent")
    assert Staff.objects.get(pk=by_agent.key) == demo.staff["chen"]
    assert answers_of([demo.units["south"].pk]).count() == 0
