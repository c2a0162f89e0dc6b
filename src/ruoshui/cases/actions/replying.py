from collections.abc import Sequence
from datetime import datetime, timedelta

from ruoshui.cases.actions._locking import locked, locked_active, write
from ruoshui.cases.actions._saying import Folds, say
from ruoshui.cases.actions.linking import link_cases
from ruoshui.cases.actions.merging import survivor_of
from ruoshui.cases.actions.opening import open_case
from ruoshui.cases.actions.reopening import reopen_case
from ruoshui.cases.actions.waiting import resume_case
from ruoshui.cases.events import CaseNoted, CaseReplied, CustomerReplied
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, CaseState, Channel, LinkKind, Message, MessageKind
from ruoshui.cases.reaching import reaches_customer
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def reply_case(
    case: Case,
    *,
    body: str,
    channel: str = Channel.PORTAL,
    files: Sequence[Upload] = (),
    seen: int | None = None,
    by: Actor,
    at: datetime,
) -> Message:
    """Answer the customer. The first answer that reaches them is what the first-response promise is about."""
    case = locked_active(case, seen=seen)
    message = say(case, kind=MessageKind.REPLY, channel=channel, body=body, files=files, by=by, at=at)
    is_first = case.first_replied_at is None and reaches_customer(case, channel=channel, at=at)
    write(case, at, first_replied_at=at if is_first else case.first_replied_at)
    record(CaseReplied(message=message.pk, is_first=is_first), about=case, by=by, at=at)
    return message


@verb
def note_case(case: Case, *, body: str, files: Sequence[Upload] = (), by: Actor, at: datetime) -> Message:
    """An internal note; also on a finished case, where something may still be worth knowing."""
    case = locked(case)
    message = say(case, kind=MessageKind.NOTE, channel=Channel.INTERNAL, body=body, files=files, by=by, at=at)
    write(case, at)
    record(CaseNoted(message=message.pk), about=case, by=by, at=at)
    return message


@verb
def reply_as_customer(
    case: Case,
    *,
    body: str,
    channel: str = Channel.PORTAL,
    files: Sequence[Upload] = (),
    folds: Folds = (),
    by: Actor,
    at: datetime,
) -> Message:
    """The customer writes again. Lands in the surviving case, wakes it, reopens it, or — when it
    has been closed for longer than its type allows — begins a new one that follows it up.
    `folds`: the lines of the body that only repeat what was said before.
    """
    case = locked(survivor_of(case))
    if case.state == CaseState.CLOSED and _too_late(case, at):
        return _follow_up(case, body=body, channel=channel, files=files, folds=folds, by=by, at=at)
    message = say(case, kind=MessageKind.CUSTOMER, channel=channel, body=body, files=files, folds=folds, by=by, at=at)
    write(case, at)
    record(CustomerReplied(message=message.pk), about=case, by=by, at=at)
    if case.state == CaseState.WAITING:
        resume_case(case, by=by, at=at)
    elif not case.is_active:
        reopen_case(case, reason="", by=by, at=at)
    return message


def _too_late(case: Case, at: datetime) -> bool:
    return case.closed_at is not None and at - case.closed_at > timedelta(days=case.type.reopen_days)


def _follow_up(
    case: Case,
    *,
    body: str,
    channel: str,
    files: Sequence[Upload],
    folds: Folds,
    by: Actor,
    at: datetime,
) -> Message:
    following = open_case(
        case.type,
        subject=case.subject,
        body=body,
        customer=case.customer,
        channel=channel,
        priority=case.priority,
        category=case.category,
        form=case.form,
        unit=case.unit,
        confidential=case.confidential,
        files=files,
        folds=folds,
        by=by,
        at=at,
    )
    link_cases(following, case, kind=LinkKind.FOLLOW_UP, by=by, at=at)
    return following.messages.latest("pk")
