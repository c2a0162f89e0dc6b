from collections.abc import Iterable
from datetime import datetime

from ruoshui.core import live
from ruoshui.core.verbs import verb
from ruoshui.notices.models import Notice
from ruoshui.organization.models import Staff


@verb
def read_notices(staff: Staff, ids: Iterable[int] | None = None, *, at: datetime) -> int:
    """The reader has seen these of their notices, or all that are shown. Returns how many were new."""
    unread = Notice.objects.filter(staff=staff, shown_at__isnull=False, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=list(ids))
    seen = unread.update(read_at=at)
    if seen:
        live.announce([f"staff:{staff.pk}"], at)
    return seen
