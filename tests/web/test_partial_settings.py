"""A form of the settings that comes in part, from an old page or a program, changes what it carries and no more."""

from typing import Any

import pytest
from django.forms.models import model_to_dict

from ruoshui.channels.models import BlockedFile, BlockedHost, Exchange, Extension, Line, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.informing.models import Moment, NoticeTemplate
from ruoshui.organization.models import Staff, Team, Unit
from ruoshui.queues.models import Branch, Counter, Queue
from ruoshui.sla.models import Level
from ruoshui.web.studio.sections import SECTIONS
from ruoshui.webhooks.models import Subscription
from tests.conftest import NOW


@pytest.fixture
def admin(signed_in):
    return signed_in("admin")


@pytest.fixture
def everything(demo):
    """One of each kind that the demo has none of."""
    city, box = demo.units["city"], {"name_zh": "一", "unit": demo.units["city"], "type": "billing"}
    made: list[tuple[Any, dict[str, Any]]] = [
        (Mailbox(), box | {"code": "one", "address": "one@example.com", "imap_host": "mail.example.com"}),
        (Line(), box | {"code": "one", "kind": "sms", "address": "https://sms.example.com/send"}),
        (Exchange(), box | {"code": "one", "kind": "ami", "host": "exchange.example.com"}),
        (BlockedHost(), {"host": "bad.example", "note": "n"}),
        (BlockedFile(), {"digest": "a" * 64, "note": "n"}),
        (
            NoticeTemplate(),
            {
                "code": "n",
                "name_zh": "问候",
                "moment": Moment.BY_HAND,
                "subject_zh": "问候",
                "body_zh": "您好",
                "ways": ["email"],
                "is_urgent": True,
            },
        ),
        (Subscription(), {"name": "s", "url": "https://hook.example/", "kinds": ["cases.opened"], "unit": city}),
    ]
    for thing, values in made:
        configure(thing, values, by=SYSTEM, at=NOW)
    named = {"exchange": Exchange.objects.get(code="one"), "number": "801", "staff": demo.staff["chen"]}
    configure(Extension(), named, by=SYSTEM, at=NOW)


def values_of(thing):
    return type(thing)._default_manager.filter(pk=thing.pk).values().get()


@pytest.mark.parametrize("section", SECTIONS)
def test_a_plain_form_empties_and_unticks_nothing_that_it_does_not_carry(admin, everything, section):
    found = SECTIONS[section]
    thing = found.model._default_manager.order_by("pk").first()
    assert thing is not None, "put one into `everything`"
    form = found.form(instance=thing)
    required = {
        name: form[name].value() for name, field in form.fields.items() if field.required and form[name].value() != ""
    }
    before = values_of(thing)
    answer = admin.post(f"/settings/{section}/{thing.pk}", required)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    assert values_of(thing) == before


@pytest.mark.parametrize("section", ["types", "teams", "webhooks", "mailboxes"])
def test_a_box_that_the_form_carries_is_unticked(admin, everything, section):
    thing = SECTIONS[section].model._default_manager.order_by("pk").first()
    page = admin.get(f"/settings/{section}/{thing.pk}").content.decode()
    assert '<input type="hidden" name="carries" value="is_active">' in page
    form = SECTIONS[section].form(instance=thing)
    required = {
        name: form[name].value() for name, field in form.fields.items() if field.required and form[name].value() != ""
    }
    admin.post(f"/settings/{section}/{thing.pk}", required | {"carries": "is_active"})
    assert values_of(thing)["is_active"] is False


def test_a_new_thing_has_its_usual_values_where_the_form_says_nothing(admin, demo):
    unit = demo.units["city"].pk
    admin.post("/settings/teams/new", {"code": "fresh", "name_zh": "新", "unit": unit, "strategy": "least_loaded"})
    assert Team.objects.get(code="fresh").is_active is True


PAGES = {
    "staff": (lambda demo: demo.staff["chen"], {"name_en": "Other"}, Staff),
    "units": (lambda demo: demo.units["east"], {"name_en": "Other"}, Unit),
    "levels": (lambda demo: demo.levels["3a"], {"name_en": "Other", "code": "3a"}, Level),
}


@pytest.mark.parametrize("place", PAGES)
def test_people_units_and_levels_keep_what_a_part_of_their_form_leaves_out(admin, demo, place):
    named, posted, model = PAGES[place]
    thing = named(demo)
    before = values_of(thing)
    held = [(one.unit_id, one.role_id) for one in thing.memberships.order_by("pk")] if model is Staff else []
    teams = list(thing.teams.values_list("team_id", flat=True)) if model is Staff else []
    admin.post(f"/settings/{place}/{thing.pk}", posted)
    assert {name for name, value in values_of(thing).items() if value != before[name]} == {"name_en"}
    if model is Staff:
        assert [(one.unit_id, one.role_id) for one in thing.memberships.order_by("pk")] == held
        assert list(thing.teams.values_list("team_id", flat=True)) == teams


def test_boxes_of_people_are_unticked_where_the_form_carries_them(admin, demo):
    chen = demo.staff["chen"]
    admin.post(f"/settings/staff/{chen.pk}", {"carries": ["is_active", "role", "team"]})
    chen = Staff.objects.get(pk=chen.pk)
    assert (chen.is_active, chen.memberships.filter(unit=chen.unit).count(), chen.teams.count()) == (False, 0, 0)


def test_a_hall_keeps_queues_counters_and_its_grid(admin, demo):
    branch = Branch.objects.get(unit__code="east")
    queue, counter = Queue.objects.filter(branch=branch).first(), Counter.objects.filter(branch=branch).first()
    place = f"/settings/branches/{branch.pk}"
    grid = [list(one.duties.order_by("queue_id").values_list("queue_id", "turn")) for one in branch.counters.all()]
    was = [values_of(one) for one in (branch, queue)]
    admin.post(f"{place}/queues", {"business": queue.business_id, "service_class": queue.service_class_id})
    admin.post(f"{place}/counters", {"number": counter.number})
    admin.post(f"{place}/duties", {"x": "1"})
    now = [values_of(one) for one in (branch, queue)]
    marks = ("seq", "revision")
    assert [{k: v for k, v in one.items() if k not in marks} for one in now] == [
        {k: v for k, v in one.items() if k not in marks} for one in was
    ]
    fresh = Counter.objects.get(pk=counter.pk)
    assert (fresh.name_zh, fresh.is_active) == (counter.name_zh, counter.is_active)
    assert [
        list(one.duties.order_by("queue_id").values_list("queue_id", "turn")) for one in branch.counters.all()
    ] == grid
    assert model_to_dict(fresh, exclude=["seq"]) == model_to_dict(counter, exclude=["seq"])
