"""A moment has come: who is told what. Written with what happened; sent afterwards."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from ruoshui.cases.models import Case
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.remembering import remembered
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer
from ruoshui.informing.events import NoticesSent
from ruoshui.informing.models import CustomerNotice, Moment, NoticeState, NoticeTemplate
from ruoshui.informing.refusals import NoSuchNotice
from ruoshui.informing.ways import not_in_quiet, wish_of
from ruoshui.organization.models import Unit


@remembered
def templates_at(moment: str) -> list[NoticeTemplate]:
    return list(NoticeTemplate.objects.filter(moment=moment, is_active=True))


def template_for(moment: Moment, type: str) -> NoticeTemplate | None:
    """The one of the case type; else the one for any."""
    found = templates_at(moment)
    return next((one for one in found if one.type == type), None) or next((one for one in found if not one.type), None)


def values_of(case: Case) -> dict[str, Any]:
    """What is filled in; a pair is a name in both languages."""
    return {
        "customer": case.customer.name if case.customer else "",
        "unit": [case.unit.name_zh, case.unit.name_en],
        "number": case.number,
        "subject": case.subject,
        "type": [case.type.name_zh, case.type.name_en],
        "link": f"{settings.PUBLIC_URL}/case/{case.number}?code={case.access_code}",
    }


@verb
def inform(
    template: NoticeTemplate,
    customer: Customer,
    *,
    unit: Unit,
    values: Mapping[str, Any],
    case: int | None = None,
    event: int | None = None,
    at: datetime,
) -> CustomerNotice | None:
    """Tell them, or write down why not. None: of this event they were told already."""
    notice = CustomerNotice(
        template=template,
        customer=customer,
        unit_id=unit.pk,
        case_id=case,
        event=event,
        values=dict(values),
        made_at=at,
        next_at=at if template.is_urgent else not_in_quiet(customer, unit, at),
    )
    if template.is_optional and not wish_of(customer).optional:
        notice.state, notice.why, notice.next_at = NoticeState.WITHHELD, "opt-out", None
    made = CustomerNotice.objects.bulk_create([notice], ignore_conflicts=event is not None)
    return (
        made[0]
        if event is None
        else CustomerNotice.objects.filter(template=template, event=event, customer=customer).first()
    )


@verb
def inform_by_hand(
    template: NoticeTemplate, customer: Customer, *, unit: Unit, by: Actor, at: datetime
) -> CustomerNotice:
    return inform_all(template, [customer], unit=unit, by=by, at=at)[0]


@verb
def inform_all(
    template: NoticeTemplate, customers: Iterable[Customer], *, unit: Unit, by: Actor, at: datetime
) -> list[CustomerNotice]:
    """A greeting, an offer, a warning to many: each by their own way, in their language, unless they refuse such."""
    if template.moment != Moment.BY_HAND or not template.is_active:
        raise NoSuchNotice
    made = []
    for customer in customers:
        home = customer.unit or unit
        values = {"customer": customer.name, "unit": [home.name_zh, home.name_en]}
        notice = inform(template, customer, unit=home, values=values, at=at)
        if notice is not None:
            made.append(notice)
    record(NoticesSent(template=template.pk, customers=len(made)), about=template, by=by, at=at)
    return made
