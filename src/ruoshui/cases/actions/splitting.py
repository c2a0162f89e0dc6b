from collections.abc import Iterable
from datetime import datetime

from ruoshui.cases.actions._locking import locked, write
from ruoshui.cases.actions._saying import make_findable
from ruoshui.cases.actions.linking import link_cases
from ruoshui.cases.actions.opening import open_case
from ruoshui.cases.events import CaseSplit
from ruoshui.cases.models import Attachment, Case, CaseType, LinkKind, Message, MessageKind
from ruoshui.cases.refusals import NoMessagesToSplit
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb


@verb
def split_case(
    case: Case,
    *,
    messages: Iterable[int],
    subject: str,
    type: CaseType | None = None,
    by: Actor,
    at: datetime,
) -> Case:
    """A second matter in the same conversation becomes a case of its own, with copies of its messages."""
    case = locked(case)
    chosen = list(case.messages.filter(pk__in=list(messages)))
    if not chosen:
        raise NoMessagesToSplit
    same_type = type is None or type.pk == case.type_id
    new = open_case(
        type or case.type,
        subject=subject,
        body="",
        customer=case.customer,
        channel=case.channel,
        priority=case.priority,
        form=case.form if same_type else {},
        unit=case.unit,
        confidential=case.confidential,
        by=by,
        at=at,
    )
    for message in chosen:
        _copy(message, new)
    link_cases(new, case, kind=LinkKind.CHILD, by=by, at=at)
    write(case, at)
    since = min((m.at for m in chosen if m.kind == MessageKind.CUSTOMER), default=None)
    told = CaseSplit(into=new.pk, messages=[m.pk for m in chosen], since=since.isoformat() if since else None)
    record(told, about=case, by=by, at=at)
    return new


def _copy(message: Message, new: Case) -> None:
    """With its files, by who said it and when."""
    copy = Message.objects.create(
        case=new,
        kind=message.kind,
        channel=message.channel,
        body=message.body,
        folds=message.folds,
        by_kind=message.by_kind,
        by_id=message.by_id,
        at=message.at,
        split_from=message,
    )
    files = list(message.attachments.all())
    Attachment.objects.bulk_create(
        Attachment(
            message=copy, file=a.file.name, name=a.name, content_type=a.content_type, size=a.size, digest=a.digest
        )
        for a in files
    )
    make_findable(new, [message.new_words, *(a.name for a in files)])
