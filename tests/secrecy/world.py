"""One secret case with a row of every table that can hang on it, and what the rows need to hang on besides."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from ruoshui.assets.actions import register_asset
from ruoshui.assets.models import AssetKind
from ruoshui.cases.actions import open_case
from ruoshui.cases.models import Case, MessageKind
from ruoshui.channels.models import Exchange, Line, Mailbox
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.actions import register_customer
from ruoshui.informing.models import NoticeTemplate
from ruoshui.organization.actions import hire
from ruoshui.organization.models import Permission, Reach, Role, Staff
from ruoshui.queues.models import Appointment, Branch, Business, Ticket
from ruoshui.sla.models import LevelVersion
from ruoshui.webhooks.models import Subscription
from tests.secrecy.bound import Filler, marker_of

# All of a unit, or of everything, but what is confidential.
ALL_BUT = [one for one in Permission.values if one != Permission.CONFIDENTIAL]


def build(demo: SimpleNamespace) -> SimpleNamespace:
    now = timezone.now()
    city, by = demo.units["city"], demo.staff["lead"].actor
    client = register_customer(name="许文", contacts=[("phone", "138 0000 9999")], unit=city, at=now)
    bystander = register_customer(name="邻居", contacts=[("phone", "139 0000 1111")], unit=city, at=now)

    def opened(customer: Any, **more: Any) -> Case:
        values = {"subject": "电费", "body": "请核对", "channel": "phone", **more}
        return open_case(demo.types["billing"], customer=customer, unit=city, by=by, at=now, **values)

    secret = opened(client, subject=marker_of(Case), body=marker_of(Case), confidential=True)
    second = opened(client, subject=marker_of(Case), confidential=True)
    Case.objects.filter(pk__in=[secret.pk, second.pk]).update(assignee=None)
    secret.refresh_from_db()
    world = SimpleNamespace(
        demo=demo,
        customer=client,
        bystander=bystander,
        secret=secret,
        second=second,
        open_one=opened(client),
        theirs=opened(bystander),
        asset=_places(demo, client, now),
    )
    _people(demo, now)
    filler = Filler(secret, shapes(world, now))
    filler.rows[Case].append(second)
    filler.fill()
    world.rows = filler.rows
    world.theirs_number = _number_of(world, now)
    _appointment_of(world, now)
    return world


def _places(demo: SimpleNamespace, customer: Any, now: Any) -> Any:
    """What mails, messages, calls, webhooks and defects belong to."""
    city, admin = demo.units["city"], demo.staff["admin"].actor
    named = {"code": "box", "name_zh": "一", "unit": city, "type": "enquiry"}
    configure(Mailbox(), named | {"address": "box@bank.example"}, by=SYSTEM, at=now)
    configure(Exchange(), named | {"kind": "signed"}, by=SYSTEM, at=now)
    configure(Line(), named | {"kind": "chat"}, by=SYSTEM, at=now)
    hook = {"name": "hook", "url": "https://hook.example/", "kinds": ["cases.opened"]}
    configure(Subscription(), hook, by=SYSTEM, at=now)
    words = {
        "subject_zh": "好",
        "body_zh": "您好",
        "moment": "by_hand",
        "ways": ["sms"],
        "code": "hello",
        "name_zh": "问候",
    }
    configure(NoticeTemplate(), words, by=SYSTEM, at=now)
    kind = AssetKind.objects.get(code="transformer")
    values = {"number": "T1", "name": "1 号", "kind": kind, "unit": city, "customer": customer}
    return register_asset(values, by=admin, at=now)


def _appointment_of(world: SimpleNamespace, now: Any) -> Appointment:
    branch, pay = Branch.objects.get(unit=world.demo.units["east"]), Business.objects.get(code="pay")
    return Appointment.objects.create(
        branch=branch, business=pay, customer=world.bystander, starts_at=now + timedelta(days=2), booked_at=now
    )


def _number_of(world: SimpleNamespace, now: Any) -> Ticket:
    """The bystander's own visit: whoever has its key may follow it."""
    branch = Branch.objects.get(unit=world.demo.units["east"])
    return Ticket.objects.create(
        branch=branch,
        queue=branch.queues.get(prefix="A"),
        number="A903",
        day=now.date(),
        source="kiosk",
        place_at=now,
        joined_at=now,
        customer=world.bystander,
        case=world.theirs,
        state="held",
    )


def _people(demo: SimpleNamespace, now: Any) -> None:
    """Two who may do all but see what is confidential: one of the city, one of everything."""
    role = Role.objects.create(
        code="overseer", name_zh="督办", name_en="Overseer", permissions=ALL_BUT, reach=Reach.SUBTREE
    )
    for username, unit in (("overseer", "city"), ("auditor", "hq")):
        demo.staff[username] = hire(
            username=username, name_zh=username, unit=demo.units[unit], roles=[role], password=None, by=SYSTEM, at=now
        )


def shapes(world: SimpleNamespace, now: Any) -> dict[str, list[dict[str, Any]]]:
    """What cannot be guessed from the fields alone."""
    demo, secret, city = world.demo, world.secret, world.demo.units["city"]
    branch = Branch.objects.get(unit=demo.units["east"])
    hall = {"branch": branch, "queue": branch.queues.first(), "place_at": now, "joined_at": now}
    levels = LevelVersion.objects.filter(state="published", level__audience="internal")
    event, notice, delivery, message, override = (
        _marker(name)
        for name in ("core.RecordedEvent", "notices.Notice", "webhooks.Delivery", "cases.Message", "cases.Override")
    )
    return {
        "core.RecordedEvent": [
            {
                "kind": "cases.passed",
                "data": {
                    "from_unit": city.pk,
                    "to_unit": city.pk,
                    "direction": "up",
                    "assignee": None,
                    "reason": event,
                },
            }
        ],
        "notices.Notice": [
            {
                "staff": one,
                "kind": "sla.clock_warned",
                "shown_at": now,
                "data": {"number": notice, "subject": notice, "target": "resolution", "due_at": now.isoformat()},
            }
            for one in Staff.objects.all()
        ],
        "assets.Defect": [{"asset": world.asset}],
        "cases.Message": [{"kind": kind, "body": message} for kind in MessageKind.values],
        "cases.Override": [{"unfinished": [[override, override]]}],
        "cases.CaseLink": [{"to": world.open_one}, {"case": world.open_one, "to": secret}],
        "cases.Participant": [{"customer": world.bystander, "staff": None}],
        "cases.Attachment": [{"content_type": "text/plain"}],
        "documents.DocumentVersion": [{"content_type": "text/plain"}],
        "sla.InternalRequest": [{"unit": demo.units["network"], "from_unit": city, "version": levels.first()}],
        "sla.Clock": [{"request": None}, {"case": None}],
        "processes.Run": [{"state": None}],
        "processes.Task": [
            {"form": "", "role": demo.roles["clerk"], "state": "open", "due_at": now},
            {"form": "", "assignee": demo.staff["lead"], "state": "taken", "request": None},
        ],
        "processes.Vote": [{"staff": demo.staff["lead"]}],
        "queues.Ticket": [
            {**hall, "number": "A901", "case": secret, "state": "held", "customer": world.customer},
            {
                **hall,
                "number": "A902",
                "case": world.second,
                "state": "serving",
                **dict.fromkeys(("first_called_at", "called_at", "began_at"), now),
                "customer": world.customer,
                "counter": branch.counters.get(number=1),
                "staff": demo.staff["east"],
            },
        ],
        "feedback.Answer": [{"follow_up": None}],
        "informing.CustomerNotice": [{"customer": world.customer, "unit_id": city.pk}],
        "webhooks.Delivery": [{"body": {"case": secret.number}, "answer": delivery, "kind": "cases.opened"}],
    }


def _marker(label: str) -> str:
    from django.apps import apps

    return marker_of(apps.get_model(label))
