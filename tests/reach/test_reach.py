"""Who holds every right in one unit changes nothing elsewhere, by any address, and never holds more afterwards."""

import json
import re

import pytest

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope, Staff
from ruoshui.web.studio.sections import SECTIONS
from tests.conftest import NOW
from tests.reach.doors import body_of, operations, pages
from tests.reach.ground import OUT, OWN, rights
from tests.reach.sent import sent

# These hand something of one's own, or something new, to another unit: that is what they are for. They may add rows
# there; what is there already they leave alone like all others.
HANDS_OVER = {
    *("workspace:new", "workspace:pass", "workspace:ask", "workspace:hand-on", "workspace:add-task"),
    "workspace:customer-note",  # about a customer whom one serves: the record itself stays as it is
    *("create_case", "ask_unit", "pass_request", "add_task", "ask_approval"),
}
PAGES, OPERATIONS = list(pages()), list(operations())


def post(client, house, door, pk: int, unit: int, more: dict[str, object] | None = None):
    type = CaseType.objects.filter(pk=pk).values_list("code", flat=True).first() or "billing"
    branch = "east" if pk == OUT else "south"
    path = door.path.format(pk=pk, branch=branch, type=type)
    return client.post(path, sent(pk, unit) | _form_of(door, pk, unit) | (more or {}), HTTP_HX_REQUEST="false")


def _form_of(door, pk: int, unit: int) -> dict[str, object]:
    """What the plain form of a section shows of the thing, with another name and unit: so that it is taken."""
    if not door.section:
        return {}
    section = SECTIONS[door.section]
    things = section.model._default_manager
    thing = things.filter(pk=pk).first() or things.first()
    if thing is None:
        return {}
    form = section.form(instance=thing)
    shown = {name: form[name].value() for name in form.fields}
    found = {name: "on" if value is True else value for name, value in shown.items() if value not in (None, False)}
    changed = {"name_zh": "改动", "name": "改动", "note": "改动", "number": "7799", "unit": unit}
    if door.path.endswith("/new"):
        changed |= {"code": "anew", "address": "anew@example.com", "host": "anew.example.com", "digest": "a" * 64}
    return found | {name: value for name, value in changed.items() if name in form.fields}


def walk(house, client, pk: int, unit: int):
    """Every page's changes, by the name of its address."""
    for door in PAGES:
        told: list = []
        with house.ground.undone(told):
            post(client, house, door, pk, unit)
            gained = rights(house.holder) if any(one.model in TELLS_RIGHTS for one in told) else None
        yield door.name, told, gained


LEAST_DONE = 55  # of some 210 addresses that take something, with one and the same words for all
TELLS_RIGHTS = {"Membership", "Role", "Staff", "Unit", "Absence"}


def elsewhere(house, name: str, told: list) -> list:
    def is_out(one) -> bool:
        return not one.unit.startswith(house.home.path) and not (name in HANDS_OVER and one.what == "new")

    return [(name, one) for one in told if is_out(one)]


@pytest.mark.parametrize("whose", ["theirs", "own"])
def test_no_page_changes_anything_elsewhere(client, house, whose):
    client.force_login(house.holder)
    client.raise_request_exception = False  # a row moved by hand may be more than a verb can bear
    before = rights(house.holder)
    pk, unit = (OUT, house.home.pk) if whose == "theirs" else (OWN, house.demo.units["city"].pk)
    found, grown = [], []
    for name, told, gained in walk(house, client, pk, unit):
        found += elsewhere(house, name, told)
        grown += [name] if gained and not gained <= before else []
    assert (found, grown) == ([], [])


def call(client, house, door, schema, pk: int, unit: str, secret: str = "", more: dict[str, object] | None = None):
    """One operation; what it names is the thing `pk`. With `more` the body holds that, and only what must be there."""
    number = f"RS{pk:08d}"
    named: dict[str, object] = {"unit": unit, "assignee": "chen", "staff": "chen", "type": "billing", "customer": pk}
    named |= {"case": number, "level": "1b", "until": "2030-03-09T10:00:00+08:00", "reason": "customer", "after": 0}
    named |= {"since": "2026-03-03T10:00:00+08:00", "business": "pay", "starts_at": "2026-03-09T10:00:00+08:00"}
    named |= {"outcome": "explained", "state": "paused", "version": None, "template": "greeting", "counter": 1}
    body = body_of(schema, named | (more or {}), least=more is not None) if schema else None
    places: dict[str, object] = dict.fromkeys(re.findall(r"{(\w+)}", door.path), pk)
    places |= {"number": number, "branch": "east" if pk == OUT else "south", "appointment": "x"}
    path = f"/api/v1{door.path.removeprefix('/api/v1')}".format(**places)
    head = {"authorization": f"Bearer {secret or house.secret}"}
    return client.generic(door.method, path, json.dumps(body), "application/json", headers=head)


@pytest.mark.parametrize("whose", ["theirs", "own"])
def test_no_operation_changes_anything_elsewhere(client, house, whose):
    client.raise_request_exception = False
    pk, unit = (OUT, "city2") if whose == "theirs" else (OWN, "city")
    found: list = []
    for door, schema in OPERATIONS:
        told: list = []
        with house.ground.undone(told):
            call(client, house, door, schema, pk, unit)
        found += elsewhere(house, door.name, told)
        found += [(door.name, one) for one in told if one.model in TELLS_RIGHTS]  # no operation is about rights
    # The house hangs tasks of other cases on the run of this one; with another type that run goes.
    found = [one for one in found if one[0] != "categorize_case" or one[1].model not in ("Task", "Vote")]
    assert found == []


@pytest.mark.slow
def test_the_same_walk_as_the_administrator_changes_much_of_what_there_is(client, house):
    """So that the walk cannot pass by sending what nobody would take."""
    admin, city = Staff.objects.get(username="admin"), house.demo.units["city"].pk
    client.force_login(admin)
    client.raise_request_exception = False
    done = {name for name, told, _gained in walk(house, client, OUT, city) if told}
    secret = issue_token(admin, name="t", scopes=Scope.values, by=SYSTEM, at=NOW)[1]
    for door, schema in OPERATIONS:
        told: list = []
        with house.ground.undone(told):
            call(client, house, door, schema, OUT, "city", secret)
        done |= {door.name} if told else set()
    kinds = {name.partition(":")[0] for name in done}
    assert {"branch", "studio", "workspace", "close_case"} <= kinds | done
    assert len(done) > LEAST_DONE, sorted({door.name for door in PAGES} - done)
