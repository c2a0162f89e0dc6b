from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from ruoshui.core import live
from ruoshui.core.verbs import verb
from ruoshui.notices.models import Notice
from ruoshui.notices.quiet import show_time
from ruoshui.organization.models import Staff

BATCH = 500
TOO_OLD = timedelta(days=7)


@verb
def tell_staff(
    people: Iterable[Staff],
    kind: str,
    data: Mapping[str, Any],
    *,
    about: models.Model,
    is_urgent: bool = False,
    by_mail: bool = False,
    at: datetime,
) -> list[Notice]:
    """Tell each of `people` of an event of this `kind`. What happened over a week ago is history: nobody is told.

    Shown at once when its time has come, else by `show_due_notices`.
    """
    now = timezone.now()
    if now - at > TOO_OLD:
        return []
    notices = [notice_of(staff, kind, data, about, is_urgent=is_urgent, by_mail=by_mail, at=at) for staff in people]
    return Notice.objects.bulk_create(notices)


def notice_of(
    staff: Staff,
    kind: str,
    data: Mapping[str, Any],
    about: models.Model,
    *,
    is_urgent: bool,
    by_mail: bool,
    at: datetime,
    count: int = 1,
) -> Notice:
    return Notice(
        staff=staff,
        kind=kind,
        about_kind=about._meta.label_lower,
        about_id=about.pk,
        data=dict(data),
        count=count,
        is_urgent=is_urgent,
        by_mail=by_mail,
        at=at,
        show_at=show_time(staff, at, is_urgent=is_urgent),
    )


def show_due_notices(at: datetime) -> int:
    """Put every notice whose time has come before its reader, oldest first, without a limit."""
    total = 0
    while shown := _show_batch(at):
        total += shown
    return total


@transaction.atomic
def _show_batch(at: datetime) -> int:
    from ruoshui.notices.tasks import mail_notice  # the task imports actions

    due = Notice.objects.filter(shown_at__isnull=True, show_at__lte=at).order_by("show_at", "pk")
    notices = list(due.select_for_update(skip_locked=True)[:BATCH])
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(shown_at=at)
    live.announce(sorted({f"staff:{notice.staff_id}" for notice in notices}), at)
    for notice in notices:
        if notice.by_mail:
            mail_notice.defer(notice=notice.pk)
    return len(notices)
