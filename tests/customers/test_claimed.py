"""A name and a phone that a stranger types open no record of another unit; and who keeps a record without a unit."""

import pytest

from ruoshui.cases.models import Case
from ruoshui.cases.queries import customers_known_in, customers_visible_to
from ruoshui.core.actors import SYSTEM
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import ContactPoint, Customer
from ruoshui.organization.actions import set_memberships
from tests.conftest import NOW
from tests.web.test_portal import FILED

NAME, PHONE = "沈佳", "13800001111"


def known_to(demo, code):
    contacts = [("phone", PHONE), ("email", "shen@example.com")]
    return register_customer(name=NAME, contacts=contacts, unit=demo.units[code] if code else None, at=NOW)


def test_who_files_in_the_name_of_another_units_customer_shows_them_to_nobody(client, demo):
    theirs = known_to(demo, "south")
    client.post("/new/outage", FILED)
    case = Case.objects.get()
    assert case.customer != theirs
    assert list(ContactPoint.objects.filter(customer=case.customer).values_list("normal", flat=True)) == [PHONE]
    here, there = demo.types["outage"].unit, demo.units["south"]
    reader = next(one for one in demo.staff.values() if one.reaches(here) and not one.reaches(there))
    assert customers_visible_to(reader).filter(pk=case.customer_id).exists()
    assert not customers_visible_to(reader).filter(pk=theirs.pk).exists()


def test_a_customer_whom_the_unit_knows_is_found_again(client, demo):
    ours = known_to(demo, demo.types["outage"].unit.code)
    client.post("/new/outage", FILED)
    assert Case.objects.get().customer == ours
    assert Customer.objects.filter(name=NAME).count() == 1


def test_who_once_had_a_case_there_is_known_and_a_secret_one_does_not_count(demo, opened):
    plain, secret = known_to(demo, "south"), known_to(demo, "south")
    opened(customer=plain)
    opened(customer=secret, confidential=True)
    known = customers_known_in(demo.units["city"])
    assert [known.filter(pk=one.pk).exists() for one in (plain, secret)] == [True, False]
    assert not customers_known_in(None).exists()


@pytest.mark.parametrize("deed", ["", "/contacts", "/wishes", "/notices"])
def test_a_record_without_a_unit_is_kept_at_the_top(signed_in, demo, deed):
    """Whoever sees it writes notes; the rest needs the right for the whole organisation."""
    nobodys = known_to(demo, "")
    supervisor = demo.staff["lead"]
    Customer.objects.filter(pk=nobodys.pk).update(manager=supervisor)  # so that they see it
    sent = {"name": "Other", "kind": "phone", "value": "13911112222"}
    assert signed_in("lead").post(f"/work/customers/{nobodys.pk}{deed}", sent).status_code == 403
    assert signed_in("lead").post(f"/work/customers/{nobodys.pk}/notes", {"body": "n"}).status_code == 302
    assert signed_in("south").post(f"/work/customers/{nobodys.pk}{deed}", sent).status_code in (403, 404)
    assert Customer.objects.get(pk=nobodys.pk).name == NAME
    assert nobodys.contacts.count() == 2


def test_who_looks_after_all_customers_keeps_it(signed_in, demo):
    nobodys = known_to(demo, "")
    top = demo.staff["lead"]
    set_memberships(top, [(demo.units["hq"], demo.roles["admin"])], by=SYSTEM, at=NOW)
    assert signed_in("lead").post(f"/work/customers/{nobodys.pk}", {"name": "Other"}).status_code == 302
    assert Customer.objects.get(pk=nobodys.pk).name == "Other"
