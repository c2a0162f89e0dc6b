"""Sessions of staff: begun, seen, ended, each on record. Django's own row, which the cookie names, goes along."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.verbs import verb
from ruoshui.organization.events import SignedIn, SignedOut
from ruoshui.organization.models import SessionEnd, Staff, StaffSession

SEEN_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=90)
SWEPT_AT_ONCE = 1000


@verb
def begin_session(staff: Staff, *, session_key: str, address: str, browser: str, by: Actor, at: datetime) -> None:
    StaffSession.objects.create(
        staff=staff, session_key=session_key, began_at=at, seen_at=at, address=address[:60], browser=browser[:120]
    )
    record(SignedIn(address=address[:60], browser=browser[:120]), about=staff, by=by, at=at)


@verb
def see_session(session_key: str, *, at: datetime) -> None:
    StaffSession.objects.filter(session_key=session_key, ended_at=None).update(seen_at=at)


@verb
def rename_session(session_key: str, renamed: str, *, at: datetime) -> None:
    """The same session under a new key, as after a change of the password."""
    StaffSession.objects.filter(session_key=session_key, ended_at=None).update(session_key=renamed, seen_at=at)


@verb
def end_session(session_key: str, end: SessionEnd, *, by: Actor, at: datetime) -> None:
    _end(StaffSession.objects.filter(session_key=session_key), end, by, at)


@verb
def end_sessions(staff: Staff, end: SessionEnd, *, keeping: str = "", by: Actor, at: datetime) -> int:
    """All of a person's but the one of key `keeping`. Returns how many."""
    return _end(StaffSession.objects.filter(staff=staff).exclude(session_key=keeping), end, by, at)


def _end(which: QuerySet[StaffSession], end: SessionEnd, by: Actor, at: datetime) -> int:
    rows = list(which.filter(ended_at=None).select_related("staff").select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.ended_at, row.end = at, end
        row.save(update_fields=["ended_at", "end"])
        record(SignedOut(end=end), about=row.staff, by=by, at=at)
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    return len(rows)


@verb
def sweep_sessions(*, at: datetime) -> int:
    """Ends what nobody used for too long or what is too old, and of people who left; forgets what ended long ago."""
    idle = at - settings.SESSION_IDLE - 2 * SEEN_EVERY  # `seen_at` is that much behind
    swept = 0
    for over, end in (
        (Q(staff__is_active=False), SessionEnd.LEFT),
        (Q(began_at__lte=at - settings.SESSION_LONGEST), SessionEnd.AGE),
        (Q(seen_at__lte=idle), SessionEnd.IDLE),
    ):
        some = StaffSession.objects.filter(over, ended_at=None).order_by("pk").values("pk")[:SWEPT_AT_ONCE]
        swept += _end(StaffSession.objects.filter(pk__in=some), end, SYSTEM, at)
    StaffSession.objects.filter(ended_at__lt=at - KEPT).delete()
    Session.objects.filter(expire_date__lt=at).delete()
    return swept
