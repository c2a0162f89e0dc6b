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
    if not type.is_active:
        raise TypeNotInUse
    unit = unit or type.unit
    if unit is None:
        raise NoUnitForType
    if not unit.is_active:
        raise UnitNotInUse(unit=unit.name)
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
    answers = [str(value) for value in case.form.values() if isinstance(value, str)]
    about = [case.number, case.subject, customer.name if customer else "", case.category, *answers]
    if body or files:
        kind = MessageKind.NOTE if by.is_staff and customer is None else MessageKind.CUSTOMER
        said_by = customer.actor if customer and not by.is_customer else by
        say(
            case,
            kind=kind,
            channel=channel,
            body=body,
            files=files,
            folds=folds,
            findable_with=about,
            by=said_by,
            at=at,
        )
    else:
        make_findable(case, about)
    opened = CaseOpened(type=type.pk, priority=case.priority, channel=channel, unit=unit.pk)
    with opening(case):
        record(opened, about=case, by=by, at=at)
    return case
