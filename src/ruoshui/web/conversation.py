"""The messages of a case as a page shows them: with author names and files, in few queries."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.http import FileResponse
from django.utils.translation import gettext as _

from ruoshui.cases.files import Upload
from ruoshui.cases.merged import merged_ids
from ruoshui.cases.models import Attachment, Case, Message, MessageKind
from ruoshui.core.actors import ActorKind
from ruoshui.core.file_names import safe_file_name
from ruoshui.documents.models import DocumentVersion
from ruoshui.web.showing_mail import with_mail
from ruoshui.web.timeline import Names


def whole_conversation(case: Case) -> list[Message]:
    """Everything said in the case and in those merged into it."""
    messages = Message.objects.filter(case__in=[case.pk, *merged_ids(case)])
    found = with_mail(_dressed(messages.prefetch_related("attachments").order_by("at", "pk")))
    for message in found:
        if not message.by_id and message.came_in:  # type: ignore[attr-defined]
            message.author = message.came_in.sender or message.author  # type: ignore[attr-defined]
        message.came_from = f"RS{message.case_id:08d}" if message.case_id != case.pk else ""  # type: ignore[attr-defined]
    return found


def public_conversation(case: Case, survivor: Case) -> list[Message]:
    """What the customer of `case` may read: their own words and the answers to them.

    After a merge the survivor's conversation belongs to its customer: another customer sees their own part of it, and
    what we answered since.
    """
    mine = Q(case=case) & ~Q(kind=MessageKind.NOTE)
    if survivor.pk != case.pk:
        theirs = Q(case=survivor) & ~Q(kind=MessageKind.NOTE)
        if survivor.customer_id != case.customer_id:
            own = Q(by_kind=ActorKind.CUSTOMER, by_id=case.customer_id)
            theirs &= own | (~Q(kind=MessageKind.CUSTOMER) & Q(at__gte=_merged_at(case)))
        mine |= theirs
    else:
        merged = merged_ids(case)
        mine |= Q(case__in=merged, case__customer_id=case.customer_id) & ~Q(kind=MessageKind.NOTE)
        others = (
            Case.objects.filter(pk__in=merged).exclude(customer=case.customer).values_list("customer_id", flat=True)
        )
        mine &= ~Q(by_kind=ActorKind.CUSTOMER, by_id__in=[pk for pk in others if pk])
    return _dressed(Message.objects.filter(mine).prefetch_related("attachments").order_by("at", "pk"))


def _merged_at(case: Case) -> datetime:
    merger = case.mergers.filter(split_at__isnull=True).first()
    return merger.at if merger else case.closed_at or case.last_activity_at


def _dressed(messages: Iterable[Message]) -> list[Message]:
    rows = list(messages)
    names = Names()
    for message in rows:
        names.want_actor(message.by)
    names.load()
    for message in rows:
        message.author = names.actor(message.by) if message.by_id else _("Ruoshui")  # type: ignore[attr-defined]
        message.files = list(message.attachments.all())  # type: ignore[attr-defined]
    return rows


def uploads_of(files: Iterable[object]) -> list[Upload]:
    """The uploaded files of a request, read. Sizes are checked by the verb; the server bounds the body."""
    return [Upload(getattr(file, "name", "file") or "file", file.read()) for file in files]  # type: ignore[attr-defined]


def file_response(attachment: Attachment | DocumentVersion) -> FileResponse:
    """Always a download: what a customer sent never runs in our pages' name."""
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=safe_file_name(attachment.name),  # one kept long ago may hold anything
        content_type=attachment.content_type,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
