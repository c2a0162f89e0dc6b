from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ruoshui.cases.actions._checking import check_particulars
from ruoshui.cases.actions._locking import opening
from ruoshui.cases.actions._saying import Folds, clean_body, make_findable, say
from ruoshui.cases.events import CaseOpened
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, CaseType, Channel, MessageKind
from ruoshui.cases.refusals import NoUnitForType, TypeNotInUse, UnitNotInUse
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Unit


@verb
def open_case(
    type: CaseType,
    *,
    subject: str,
    body: str,
    customer: Customer | None,
    channel: str = Channel.PORTAL,
    priority: str | None = None,
    category: str = "",
    form: Mapping[str, Any] | None = None,
    unit: Unit | None = None,
    confidential: bool = False,
    files: Sequence[Upload] = (),
    folds: Folds = (),
    source_key: str | None = None,
    is_draft: bool = False,
    by: Actor,
    at: datetime,
) -> Case:
    """A need comes in. `folds`: the lines of the body that only repeat. `source_key` marks a case brought in from
    elsewhere, once; `is_draft`: answers that the form requires may come later.
    """
    unit = _unit_in_use(type, unit)
    case = Case(
        type=type,
        subject=subject.replace("\x00", "").strip(),
        priority=priority or type.priority,
        channel=channel,
        category=category,
        customer=customer,
        unit=unit,
        form=dict(form or {}),
        confidential=confidential,
        opened_at=at,
        last_activity_at=at,
        source_key=source_key,
    )
    check_particulars(case, is_draft=is_draft)
    body = clean_body(body, may_be_empty=True)
    case.save(force_insert=True)
    if body or files:
        _say_first(case, body, files, folds, by=by, at=at)
    else:
        make_findable(case, _findable(case))
    opened = CaseOpened(type=type.pk, priority=case.priority, channel=channel, unit=unit.pk)
    with opening(case):
        record(opened, about=case, by=by, at=at)
    return case


def _unit_in_use(type: CaseType, unit: Unit | None) -> Unit:
    if not type.is_active:
        raise TypeNotInUse
    unit = unit or type.unit
    if unit is None:
        raise NoUnitForType
    if not unit.is_active:
        raise UnitNotInUse(unit=unit.name)
    return unit


def _findable(case: Case) -> list[str]:
    """By what a case is found, besides what is said in it."""
    answers = [str(value) for value in case.form.values() if isinstance(value, str)]
    return [case.number, case.subject, case.customer.name if case.customer else "", case.category, *answers]


def _say_first(case: Case, body: str, files: Sequence[Upload], folds: Folds, *, by: Actor, at: datetime) -> None:
    """What the need says is the customer's, whoever writes it down; without a customer it is a note."""
    kind = MessageKind.NOTE if by.is_staff and case.customer is None else MessageKind.CUSTOMER
    said_by = case.customer.actor if case.customer and not by.is_customer else by
    say(
        case,
        kind=kind,
        channel=case.channel,
        body=body,
        files=files,
        folds=folds,
        findable_with=_findable(case),
        by=said_by,
        at=at,
    )
