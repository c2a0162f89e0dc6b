"""What hangs on a confidential case is kept from whom the case is kept from: one rule, at every door."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ruoshui.cases.actions import add_participant, assign_case
from ruoshui.cases.models import Case
from ruoshui.channels.actions import owe_call_back
from ruoshui.channels.models import Call, CallBack, LetterIn, LetterOut, PaperLetter
from ruoshui.channels.models.phone import Exchange
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.notices.actions import show_due_notices, tell_staff
from ruoshui.notices.models import Notice
from ruoshui.organization.actions import register_absence
from ruoshui.organization.hiding import not_hidden
from ruoshui.processes.models import Task
from ruoshui.sla.models import InternalRequest
from tests.conftest import NOW

PEOPLE = ("admin", "lead", "chen", "wang", "south")


@pytest.fixture
def paper(demo):
    """paper(case) → a letter of the city about it."""

    def make(case, **more):
        values = {"unit": demo.units["city"], "name": "许文", "subject": "s", "body": "b", "made_at": NOW} | more
        return PaperLetter.objects.create(case_id=case.pk if case else None, **values)

    return make


def who_sees(demo, row):
    model = type(row)
    return [name for name in PEOPLE if model.objects.visible_to(demo.staff[name]).filter(pk=row.pk).exists()]


def test_a_letter_about_a_confidential_case_is_seen_by_who_sees_the_case(demo, opened, paper):
    secret, plain = paper(opened(confidential=True)), paper(opened())
    assert who_sees(demo, secret) == ["admin", "lead"]
    assert who_sees(demo, plain) == ["admin", "lead", "chen", "wang"]
    assert who_sees(demo, paper(None)) == ["admin", "lead", "chen", "wang"]


def test_an_ordinary_case_elsewhere_does_not_take_the_unit_s_letters_away(demo, opened, paper):
    assert who_sees(demo, paper(opened(unit=demo.units["south"]))) == ["admin", "lead", "chen", "wang"]


def test_assignee_deputy_and_participant_see_what_hangs_on_their_case(demo, opened, paper):
    case = opened(confidential=True)
    letter = paper(case)
    assign_case(case, to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)
    add_participant(case, staff=demo.staff["wang"], by=demo.staff["lead"].actor, at=NOW)
    assert who_sees(demo, letter) == ["admin", "lead", "chen", "wang"]
    now = timezone.now()
    register_absence(
        demo.staff["chen"],
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
        deputy=demo.staff["zhao"],
        by=SYSTEM,
        at=now,
    )
    assert PaperLetter.objects.visible_to(demo.staff["zhao"]).filter(pk=letter.pk).exists()


def test_the_rule_is_the_opposite_of_seeing_the_case_among_confidential_ones(demo, opened):
    """Whoever the person and whatever the case: kept from them if and only if they do not see it."""
    cases = [opened(confidential=True, unit=demo.units[code]) for code in ("city", "east", "south", "network", "hq")]
    assign_case(cases[1], to=demo.staff["east"], by=demo.staff["lead"].actor, at=NOW)
    add_participant(cases[2], staff=demo.staff["chen"], by=demo.staff["admin"].actor, at=NOW)
    for person in demo.staff.values():
        seen = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        hidden = set(Case.objects.hidden_from(person).values_list("pk", flat=True))
        assert seen | hidden == {case.pk for case in cases}
        assert not seen & hidden


def test_an_unheld_case_is_kept_from_who_holds_nothing(demo, opened):
    case = opened(confidential=True)
    Case.objects.filter(pk=case.pk).update(assignee=None)
    assert Case.objects.hidden_from(demo.staff["chen"]).filter(pk=case.pk).exists()


def test_a_notice_of_long_ago_goes_with_the_case_it_is_about(demo, opened):
    case, now = opened(), timezone.now()
    tell_staff([demo.staff["chen"]], "sla.clock_warned", {"number": case.number}, about=case, is_urgent=True, at=now)
    show_due_notices(now + timedelta(days=1))
    assert Notice.objects.shown_to(demo.staff["chen"]).filter(kind="sla.clock_warned").count() == 1
    Case.objects.filter(pk=case.pk).update(confidential=True, assignee=None)
    assert Notice.objects.shown_to(demo.staff["chen"]).filter(kind="sla.clock_warned").count() == 0


def test_a_call_back_is_kept_with_the_case_of_its_call(demo, opened):
    case = opened(confidential=True)
    values = {"code": "x1", "kind": "signed", "name_zh": "总机", "unit": demo.units["city"], "type": "enquiry"}
    exchange = configure(Exchange(), values, by=SYSTEM, at=NOW)
    call = Call.objects.create(exchange=exchange, key="1", direction="in", began_at=NOW, case_id=case.pk)
    owed = CallBack.objects.create(
        unit=demo.units["city"], number="1", normal="1", call=call, wanted_at=NOW, not_before=NOW
    )
    assert who_sees(demo, owed) == who_sees(demo, call) == ["admin", "lead"]


def test_asking_for_the_call_back_of_a_confidential_case_neither_tells_nor_changes_it(demo, opened):
    city, later = demo.units["city"], NOW + timedelta(days=300)
    secret = owe_call_back(
        unit=city, number="138 0000 7777", case=opened(confidential=True).pk, reason="证人", by=SYSTEM, at=NOW
    )
    asked = {"unit": city, "number": "13800007777", "at": NOW}
    told = owe_call_back(reason="电费", not_before=later, by=demo.staff["chen"].actor, **asked)
    assert (told.pk, told.reason, told.customer, told.not_before) == (secret.pk, "电费", None, later)
    before = (secret.reason, secret.not_before)
    secret.refresh_from_db()
    assert (secret.reason, secret.not_before) == before
    assert owe_call_back(reason="补充", by=demo.staff["lead"].actor, **asked).reason == "补充"
    secret.refresh_from_db()
    assert secret.reason == "补充"


@pytest.mark.parametrize("model", [LetterIn, LetterOut, PaperLetter, Call, CallBack, InternalRequest, Task])
def test_the_rule_costs_no_query_of_its_own(demo, model, django_assert_num_queries):
    staff = demo.staff["chen"]
    staff.held_roles  # noqa: B018 loaded with the session
    with django_assert_num_queries(1):
        list(model._base_manager.filter(not_hidden(staff, "case_id"))[:1])
