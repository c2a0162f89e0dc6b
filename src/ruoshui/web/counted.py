"""What the frame counts on every page, in one query."""

from collections import Counter
from typing import Any

from django.db.models import QuerySet, Value

from ruoshui.channels.models import LetterIn, LetterState
from ruoshui.notices.models import Notice
from ruoshui.organization.models import Permission, Staff

MOST = 99  # more than that nobody counts
NOTICE, MAIL = 0, 1


def counted(staff: Staff) -> tuple[int, int]:
    """Notices that they have not read, and mails that only somebody like them can let in or leave out."""
    unread = _of(Notice.objects.shown_to(staff).filter(read_at__isnull=True), NOTICE)
    if staff.may(Permission.SUPERVISE):
        kept = LetterIn.objects.visible_to(staff).filter(state__in=(LetterState.HELD, LetterState.QUARANTINED))
        theirs = kept.filter(mailbox__unit__in=staff.units_with(Permission.SUPERVISE))
        unread = unread.union(_of(theirs, MAIL), all=True)
    found = Counter(unread)
    return found[NOTICE], found[MAIL]


def _of(rows: QuerySet[Any], what: int) -> QuerySet[Any, int]:
    found: QuerySet[Any, int] = (
        rows.order_by().annotate(counted_as=Value(what)).values_list("counted_as", flat=True)[:MOST]
    )
    return found
