"""Who may make a confidential case known, and how far secrecy reaches."""

import pytest

from ruoshui.cases.actions import (
    add_participant,
    assign_case,
    categorize_case,
    merge_cases,
    note_case,
    pass_case,
    split_case,
)
from ruoshui.cases.models import Case
from ruoshui.cases.refusals import NeedsConfidential
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import NotAllowed
from ruoshui.customers.actions import merge_customers, register_customer
from ruoshui.organization.actions import hire, issue_token
from ruoshui.organization.models import Presence, Reach, Role, Scope, Staff
from ruoshui.processes.actions import add_task, ask_approval, pass_task
from ruoshui.routing.actions import assign_backlog
from ruoshui.sla.actions import ask_unit, pass_request, withdraw_request
from tests.conftest import NOW, refused


@pytest.fixture
def secret(opened, demo):
    """A confidential case in which a clerk without the right takes part: brought in by the supervisor."""
    case = opened(confidential=True)
    add_participant(case, staff=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)
    return case


def state(case):
    return Case.objects.values_list("confidential", flat=True).get(pk=case.pk)


def ask(case, demo, by):
    return ask_unit(
        demo.units["network"], subject="?", level=demo.levels["3b"], from_unit=case.unit, case=case, by=by, at=NOW
    )


DISCLOSURES = {
    "lift": lambda case, demo, by: categorize_case(case, {"confidential": False}, by=by, at=NOW),
    "let in": lambda case, demo, by: add_participant(case, staff=demo.staff["south"], by=by, at=NOW),
    "pass": lambda case, demo, by: pass_case(case, to=demo.units["south"], reason="r", by=by, at=NOW),
    "assign": lambda case, demo, by: assign_case(case, to=demo.staff["wang"], by=by, at=NOW),
    "ask": ask,
    "give a task": lambda case, demo, by: add_task(case, name="t", to=demo.staff["wang"], by=by, at=NOW),
    "ask approval": lambda case, demo, by: ask_approval(case, name="a", people=[demo.staff["wang"]], by=by, at=NOW),
}


@pytest.mark.parametrize("what", DISCLOSURES)
def test_who_takes_part_without_the_right_makes_nothing_known(secret, demo, what):
    with refused(NeedsConfidential) as told:
        DISCLOSURES[what](secret, demo, demo.staff["chen"].actor)
    assert demo.units["city"].name in str(told.value)
    assert state(secret)
    DISCLOSURES[what](secret, demo, demo.staff["lead"].actor)


def test_a_program_has_the_rights_of_its_person(secret, demo):
    token, _key = issue_token(demo.staff["chen"], name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    with refused(NeedsConfidential):
        pass_case(secret, to=demo.units["south"], reason="r", by=token.actor, at=NOW)
    strong, _key = issue_token(demo.staff["lead"], name="t", scopes=Scope.values, by=SYSTEM, at=NOW)
    assert pass_case(secret, to=demo.units["south"], reason="r", by=strong.actor, at=NOW).unit == demo.units["south"]


def test_the_right_elsewhere_is_not_enough(secret, demo):
    with refused(NeedsConfidential):
        categorize_case(secret, {"confidential": False}, by=demo.staff["netlead"].actor, at=NOW)


def test_who_takes_part_may_still_work_on_it_and_make_a_case_confidential(secret, opened, demo, kinds_of):
    by = demo.staff["chen"].actor
    note_case(secret, body="n", by=by, at=NOW)
    assign_case(secret, to=demo.staff["chen"], by=by, at=NOW)
    plain = opened()
    categorize_case(plain, {"confidential": True}, by=by, at=NOW)
    assert state(plain)
    assert kinds_of(plain)[-1] == "cases.categorized"


@pytest.mark.parametrize("which", ["survivor", "other"])
def test_a_whole_is_as_confidential_as_its_most_confidential_part(opened, demo, kinds_of, which):
    survivor, other = opened(confidential=which == "survivor"), opened(confidential=which == "other")
    merge_cases(survivor, other, by=demo.staff["lead"].actor, at=NOW)
    assert state(survivor)
    assert state(other)
    changed = other if which == "survivor" else survivor
    assert "cases.categorized" in kinds_of(changed)


def test_what_was_merged_before_becomes_confidential_too(opened, demo):
    by = demo.staff["lead"].actor
    first, second, third, secret = opened(), opened(), opened(), opened(confidential=True)
    merge_cases(second, first, by=by, at=NOW)
    merge_cases(third, second, by=by, at=NOW)
    merge_cases(third, secret, by=by, at=NOW)
    assert [state(case) for case in (first, second, third, secret)] == [True] * 4
    third.refresh_from_db()
    categorize_case(third, {"confidential": False}, by=by, at=NOW)
    assert [state(case) for case in (first, second, third, secret)] == [False] * 4


def test_merging_with_a_confidential_case_needs_the_right(secret, opened, demo):
    plain = opened()
    for pair in ((plain, secret), (secret, plain)):
        with refused(NeedsConfidential):
            merge_cases(*pair, by=demo.staff["chen"].actor, at=NOW)
    assert not state(plain)
    assert not Case.objects.filter(merged_into__isnull=False).exists()


def test_what_is_split_off_stays_confidential(secret, demo):
    note_case(secret, body="n", by=demo.staff["lead"].actor, at=NOW)
    message = secret.messages.latest("pk")
    new = split_case(secret, messages=[message.pk], subject="s", by=demo.staff["lead"].actor, at=NOW)
    assert state(new)


def test_the_unit_that_was_asked_hands_a_request_on_only_with_the_right(secret, demo):
    request = ask(secret, demo, demo.staff["lead"].actor)
    with refused(NeedsConfidential) as told:
        pass_request(request, to=demo.units["south"], reason="r", by=demo.staff["net"].actor, at=NOW)
    assert demo.units["network"].name in str(told.value)
    request.refresh_from_db()
    assert request.unit == demo.units["network"]
    pass_request(request, to=demo.units["south"], reason="r", by=demo.staff["netlead"].actor, at=NOW)
    request.refresh_from_db()
    assert request.unit == demo.units["south"]


def test_who_reaches_both_units_but_sees_no_confidential_case_does_not_speak_for_who_asked(secret, demo, client):
    """They may read the request, for they reach the unit that was asked: withdrawing it is the case's business."""
    role = Role.objects.create(code="o", name_zh="督办", permissions=["work", "supervise"], reach=Reach.SUBTREE)
    hired = {"unit": demo.units["hq"], "roles": [role], "password": None, "by": SYSTEM, "at": NOW}
    auditor = hire(username="auditor", name_zh="督办", **hired)
    request = ask(secret, demo, demo.staff["lead"].actor)
    with refused(NotAllowed):
        withdraw_request(request, reason="r", by=auditor.actor, at=NOW)
    client.force_login(auditor)
    assert client.get(f"/work/requests/{request.pk}").status_code == 200
    assert client.post(f"/work/requests/{request.pk}/withdrawal", {"reason": "r"}).status_code == 403
    request.refresh_from_db()
    assert request.state == "asked"
    withdraw_request(request, reason="r", by=demo.staff["lead"].actor, at=NOW)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_task_is_passed_on_only_with_the_right(secret, demo):
    task = add_task(secret, name="t", to=demo.staff["chen"], by=demo.staff["lead"].actor, at=NOW)
    with refused(NeedsConfidential):
        pass_task(task, to=demo.staff["wang"], by=demo.staff["chen"].actor, at=NOW)
    pass_task(task, to=demo.staff["wang"], by=demo.staff["lead"].actor, at=NOW)


def test_customers_are_joined_only_by_who_sees_all_their_cases(secret, demo, customer):
    twin = register_customer(name="许文", unit=demo.units["city"], at=NOW)
    case = Case.objects.get(pk=secret.pk)
    case.participants.all().delete()
    for pair in ((customer, twin), (twin, customer)):
        with refused(NotAllowed):
            merge_customers(*pair, by=demo.staff["chen"].actor, at=NOW)
    merge_customers(twin, customer, by=demo.staff["lead"].actor, at=NOW)


def test_a_confidential_case_is_dealt_only_to_who_may_see_it(opened, demo):
    team = demo.teams["service"]
    Staff.objects.filter(teams__team=team).update(presence=Presence.AVAILABLE)
    hidden, plain = opened(confidential=True), opened()
    Case.objects.filter(pk__in=[hidden.pk, plain.pk]).update(team=team, assignee=None)
    assign_backlog(NOW)
    hidden.refresh_from_db()
    plain.refresh_from_db()
    assert hidden.assignee is None
    assert plain.assignee is not None
    demo.staff["wang"].memberships.create(unit=demo.units["city"], role=demo.roles["supervisor"])
    assign_backlog(NOW)
    hidden.refresh_from_db()
    assert hidden.assignee == demo.staff["wang"]


@pytest.mark.parametrize("field", ["subject", "category", "priority", "confidential", "carries"])
def test_what_a_form_does_not_carry_is_not_changed(secret, demo, signed_in, field):
    """Each field alone, as an old page or a program might send it: the others stay as they are."""
    names = ("subject", "category", "priority", "confidential", "form", "type_id")
    before = Case.objects.values(*names).get(pk=secret.pk)
    new = {"subject": "anders", "category": "c", "priority": "low", "confidential": "on", "carries": "something"}
    signed_in("lead").post(f"/work/cases/{secret.pk}/particulars", {field: new[field]})
    after = Case.objects.values(*names).get(pk=secret.pk)
    changed = {name for name in names if before[name] != after[name]}
    assert changed == ({field} if field in ("subject", "category", "priority") else set())


def test_secrecy_is_lifted_by_a_form_that_says_so_and_by_nobody_without_the_right(secret, demo, signed_in):
    place = f"/work/cases/{secret.pk}/particulars"
    answer = signed_in("chen").post(place, {"carries": "confidential"})
    assert answer.status_code == 403
    assert "confidential cases of" in answer.content.decode()
    assert state(secret)
    signed_in("lead").post(place, {"carries": "confidential"})
    assert not state(secret)


def test_the_page_says_so_before_anything_is_pressed(secret, demo, signed_in):
    page = signed_in("lead").get(f"/work/cases/{secret.pk}").content.decode()
    assert "If either is confidential, both are from now on." in page
    assert "Everybody in that unit can read what you write here" in page
    assert 'name="carries" value="confidential"' in page
    theirs = signed_in("chen").get(f"/work/cases/{secret.pk}").content.decode()
    assert "can let others know of it" in theirs
    assert 'name="carries" value="confidential"' not in theirs
