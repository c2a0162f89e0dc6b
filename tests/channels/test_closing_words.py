"""What a closing says in words goes where the customer talks to us."""

from django.utils import timezone

from ruoshui.cases.actions import close_case, merge_cases, reply_case, survivor_of
from ruoshui.cases.models import Case
from ruoshui.channels.models import LetterOut
from ruoshui.core.actors import SYSTEM
from tests.channels.conftest import mail
from tests.sla.conftest import clock

WORDS = "已退还多收的电费。"


def test_closing_words_go_by_mail_to_whoever_writes_by_mail(demo, customer, take):
    case = survivor_of(Case.objects.get(pk=take(mail(), at=timezone.now()).case_id))
    close_case(case, outcome="solved", summary=WORDS, by=demo.staff["chen"].actor, at=timezone.now())
    sent = LetterOut.objects.filter(case_id=case.pk).latest("pk")
    assert sent.body.startswith(WORDS)
    assert (case.messages.latest("pk").body, case.messages.latest("pk").kind) == (WORDS, "reply")
    assert clock(case, "first_response").state == "kept"


def test_a_closing_without_words_sends_nothing(demo, customer, take):
    case = Case.objects.get(pk=take(mail(), at=timezone.now()).case_id)
    before = LetterOut.objects.count()
    close_case(case, outcome="solved", by=SYSTEM, at=timezone.now())
    assert (LetterOut.objects.count(), case.messages.count()) == (before, 1)


def test_on_the_portal_the_words_stand_with_the_outcome_and_nowhere_twice(opened, demo):
    case = opened(at=timezone.now())
    close_case(case, outcome="solved", summary=WORDS, by=demo.staff["chen"].actor, at=timezone.now())
    assert (case.closure.summary, case.messages.count()) == (WORDS, 1)


def test_the_other_customer_of_a_merged_case_goes_on_receiving_answers(demo, customer, take, opened):
    chen, now = demo.staff["chen"].actor, timezone.now()
    letter = take(mail(sender="邻居 <neighbour@example.com>"), at=now)
    other, survivor = Case.objects.get(pk=letter.case_id), opened(at=now)
    merge_cases(survivor, other, by=chen, at=now)
    before = LetterOut.objects.count()
    reply_case(survivor, body="明天恢复供电。", by=chen, at=now)
    (sent,) = LetterOut.objects.order_by("pk")[before:]
    assert (sent.to, sent.case_id) == ("neighbour@example.com", other.pk)
    assert other.number in sent.body
    assert survivor.number not in sent.body
