"""The settings as somebody sees them who looks after one unit: what belongs to all is read, and nothing more."""

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.actions import register_customer
from ruoshui.informing.actions import inform_all
from ruoshui.informing.models import Moment, NoticeTemplate
from ruoshui.organization.actions import hire
from ruoshui.organization.guarding import seen_in_settings
from ruoshui.organization.models import Calendar, Permission, Reach, Role
from ruoshui.organization.models.belonging import BELONGING
from ruoshui.webhooks.models import Subscription
from tests.conftest import NOW


@pytest.fixture
def keeper(demo, client):
    """Holds every right in the city and below, and is signed in."""
    values = {"code": "keeper", "name_zh": "管理员", "permissions": list(Permission.values), "reach": Reach.SUBTREE}
    role = configure(Role(), values, by=SYSTEM, at=NOW)
    found = hire(
        username="keeper", name_zh="管理员", unit=demo.units["city"], roles=[role], password=None, by=SYSTEM, at=NOW
    )
    client.force_login(found)
    return found


def test_what_belongs_to_all_is_found_by_who_looks_after_one_unit(keeper, demo):
    for model, belonging in BELONGING.items():
        if not belonging.path:
            wanted = set(model._default_manager.values_list("pk", flat=True))
            assert set(seen_in_settings(keeper, model).values_list("pk", flat=True)) == wanted, model
    assert list(seen_in_settings(demo.staff["chen"], Role)) == []


@pytest.mark.parametrize("place", ["roles", "tiers", "macros", "businesses", "classes"])
def test_a_list_that_belongs_to_all_is_shown_and_each_of_it_can_be_looked_at_not_changed(keeper, client, place):
    page = client.get(f"/settings/{place}").content.decode()
    first = page.split(f"/settings/{place}/", 1)[1].split('"', 1)[0]
    shown = client.get(f"/settings/{place}/{first}")
    assert (shown.status_code, b"<fieldset disabled" in shown.content) == (200, True)


@pytest.mark.parametrize(("place", "model"), [("calendars", Calendar), ("levels", None)])
def test_what_a_list_leads_to_is_there(keeper, demo, client, place, model):
    thing = model.objects.first() if model else demo.levels["3a"]
    assert f"/settings/{place}/{thing.pk}" in client.get(f"/settings/{place}").content.decode()
    assert client.get(f"/settings/{place}/{thing.pk}").status_code == 200


def test_the_secret_and_the_deliveries_of_everybodys_webhook_are_not_for_one_unit(keeper, demo, client):
    hook = {"url": "https://hook.example/", "kinds": ["cases.opened"]}
    whole = configure(Subscription(), hook | {"name": "whole"}, by=SYSTEM, at=NOW)
    own = configure(Subscription(), hook | {"name": "own", "unit": demo.units["city"]}, by=SYSTEM, at=NOW)
    assert own.secret in client.get(f"/settings/webhooks/{own.pk}/deliveries").content.decode()
    assert client.get(f"/settings/webhooks/{whole.pk}/deliveries").status_code == 404
    assert client.post(f"/settings/webhooks/{whole.pk}/secret").status_code == 404
    assert "deliveries" not in client.get(f"/settings/webhooks/{whole.pk}").content.decode()


def test_the_page_of_a_notice_names_only_customers_that_its_reader_sees(keeper, demo, client):
    """Headquarters sent one for the city; it went to customers of the other city too."""
    values = {
        "code": "greeting",
        "name_zh": "问候",
        "moment": Moment.BY_HAND,
        "subject_zh": "问候",
        "body_zh": "您好",
        "ways": ["email"],
    }
    template = configure(NoticeTemplate(), values, by=SYSTEM, at=NOW)
    for name, unit in (("自家客户", "east"), ("别家客户", "south")):
        customer = register_customer(name=name, unit=demo.units[unit], at=NOW)
        inform_all(template, [customer], unit=demo.units["city"], by=SYSTEM, at=NOW)
    page = client.get(f"/settings/notices/{template.pk}/look").content.decode()
    assert ["自家客户" in page, "别家客户" in page] == [True, False]
    client.force_login(demo.staff["admin"])
    page = client.get(f"/settings/notices/{template.pk}/look").content.decode()
    assert ["自家客户" in page, "别家客户" in page] == [True, True]
