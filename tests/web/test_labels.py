"""Each right does what its label says: who holds just what is needed does it, who lacks one of it does not."""

from dataclasses import dataclass
from itertools import product

import pytest
from django.db import transaction

from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.models import RecordedEvent
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import Customer
from ruoshui.organization.actions import hire
from ruoshui.organization.models import SETTING_UP, Permission, Role, Staff
from ruoshui.processes.models import TemplateVersion
from ruoshui.queues.models import Branch
from ruoshui.sla.models import Clock
from tests.conftest import NOW

WORK, SUPERVISE, CONFIDENTIAL, LOBBY, CUSTOMERS = (
    Permission.WORK,
    Permission.SUPERVISE,
    Permission.CONFIDENTIAL,
    Permission.LOBBY,
    Permission.CUSTOMERS,
)
PEOPLE, SECURITY, PROCESSES, BRANCHES = SETTING_UP


@dataclass(frozen=True)
class Deed:
    """`ways`: each of these sets of rights in the unit is enough. `form` None: a page that is looked at."""

    path: str
    form: dict[str, str] | None
    ways: tuple[frozenset[Permission], ...]
    unit: str = "city"


def by(*rights: Permission) -> tuple[frozenset[Permission], ...]:
    return (frozenset(rights),)


CASE, CLOCK = "/work/cases/{case}", "/work/clocks/{clock}"
DEEDS = [
    # work on cases: answer, take, pass to another unit, close
    Deed(f"{CASE}/messages", {"body": "已核实"}, by(WORK)),
    Deed(f"{CASE}/assignment", {"assignee": ""}, by(WORK)),
    Deed(f"{CASE}/unit", {"unit": "{east}", "reason": "属地"}, by(WORK)),
    Deed(f"{CASE}/suspension", {"reason": "customer"}, by(WORK)),
    Deed(f"{CASE}/resolution", {}, by(WORK)),
    Deed(f"{CASE}/closure", {"outcome": "explained"}, by(WORK)),
    Deed(f"{CASE}/particulars", {"subject": "改"}, by(WORK)),
    Deed(f"{CASE}/participants", {"staff": "{wang}"}, by(WORK)),
    Deed(f"{CASE}/links", {"number": "{other}", "kind": "related"}, by(WORK)),
    Deed(f"{CASE}/tasks", {"name": "核对", "staff": "{wang}", "kind": "task"}, by(WORK)),
    # supervise: assign to others, merge, correct promises, see the cockpit
    Deed(f"{CASE}/assignment", {"assignee": "{wang}"}, by(WORK, SUPERVISE)),
    Deed(f"{CASE}/merger", {"number": "{other}"}, by(WORK, SUPERVISE)),
    Deed(f"{CLOCK}/urges", {"text": "请加快"}, by(SUPERVISE)),
    Deed(f"{CLOCK}/promises", {"level": "{level}", "reason": "重要客户", "afresh": "on"}, by(SUPERVISE)),
    Deed(f"{CLOCK}/corrections", {"what": "since", "begin": "2026-03-03T10:00", "note": "电话在先"}, by(SUPERVISE)),
    Deed(f"{CLOCK}/violations", {"kind": "no_answer", "note": "未答复", "holder": "on"}, by(SUPERVISE)),
    Deed("/cockpit/", None, by(SUPERVISE)),
    # see confidential cases
    Deed("/work/cases/{secret}", None, by(CONFIDENTIAL)),
    # look after a branch: move numbers, open and close counters
    Deed("/branch/east/lobby", None, (frozenset({LOBBY}), frozenset({SUPERVISE})), "east"),
    Deed(
        "/branch/east/lobby/counters/1",
        {"to": "open", "staff": "east"},
        (frozenset({LOBBY}), frozenset({SUPERVISE})),
        "east",
    ),
    # edit and merge customers
    Deed("/work/customers/{customer}", {"name": "新名"}, by(CUSTOMERS)),
    Deed("/work/customers/{customer}/merger", {"other": "{twin}"}, by(CUSTOMERS)),
    Deed("/work/customers/{customer}/notes", {"body": "喜欢短信"}, by(WORK)),
    Deed("/work/customers/{customer}/contacts", {"kind": "phone", "value": "13800138001"}, by(WORK)),
    # the four of the settings
    Deed("/settings/teams/new", {"code": "t", "name_zh": "班", "unit": "{city}", "strategy": "by_hand"}, by(PEOPLE)),
    Deed("/settings/tokens", {"name": "t", "scope": "cases:read"}, by(SECURITY)),
    Deed(
        "/settings/mailboxes/new",
        {
            "code": "m",
            "name_zh": "箱",
            "address": "m@example.com",
            "unit": "{city}",
            "type": "billing",
            "imap_port": "993",
            "imap_folder": "INBOX",
            "is_active": "on",
        },
        by(SECURITY),
    ),
    Deed("/settings/templates/billing/draft", {}, by(PROCESSES)),
    Deed("/settings/branches/{branch}/counters", {"number": "9", "is_active": "on"}, by(BRANCHES), "east"),
]


@pytest.fixture
def scene(demo, opened, customer):
    case, other = opened(), opened()
    somebody = register_customer(name="贾平", contacts=[], unit=demo.units["city"], at=NOW)
    secret = opened(confidential=True, customer=somebody)
    twin = register_customer(name="许文", contacts=[], unit=demo.units["city"], at=NOW)
    return {
        "case": case.pk,
        "other": other.number,
        "secret": secret.pk,
        "customer": customer.pk,
        "twin": twin.pk,
        "clock": Clock.objects.filter(case=case).order_by("pk").first().pk,
        "wang": demo.staff["wang"].pk,
        "level": demo.levels["1a"].pk,
        "east": demo.units["east"].pk,
        "city": demo.units["city"].pk,
        "branch": Branch.objects.get(unit=demo.units["east"]).pk,
    }


def does(client, demo, deed: Deed, rights: frozenset[Permission], scene) -> bool:
    """Somebody with just these rights in the unit tries it; what it changed is told by the records of it."""
    name = f"one-{Staff.objects.count()}"
    role = configure(Role(), {"code": name, "name_zh": name, "permissions": [*map(str, rights)]}, by=SYSTEM, at=NOW)
    who = hire(username=name, name_zh=name, unit=demo.units[deed.unit], roles=[role], password=None, by=SYSTEM, at=NOW)
    client.force_login(who)
    path = deed.path.format(**scene)
    if deed.form is None:
        return bool(client.get(path).status_code == 200)
    before = _state()
    client.post(path, {key: value.format(**scene) for key, value in deed.form.items()})
    return _state() != before


def _state() -> list[object]:
    return [
        RecordedEvent.objects.count(),
        Customer.objects.filter(name="新名").count(),
        TemplateVersion.objects.count(),
    ]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed.path}-{'-'.join(sorted(deed.form or {}))}")
def test_each_right_does_what_its_label_says(client, demo, scene, deed):
    def tried(rights):
        mark = transaction.savepoint()
        try:
            return does(client, demo, deed, rights, scene)
        finally:
            transaction.savepoint_rollback(mark)

    everything = frozenset(Permission)
    assert [tried(way) for way in deed.ways] == [True] * len(deed.ways)
    lacking = {everything - frozenset(missing) for missing in product(*deed.ways)}
    assert [tried(rights) for rights in lacking] == [False] * len(lacking)
