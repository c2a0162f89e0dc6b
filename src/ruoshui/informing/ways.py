"""By which way does a customer hear of something, and when: their wishes, what we know of them, what is set up."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone

from ruoshui.channels.models import Line, Mailbox
from ruoshui.core.remembering import remembered
from ruoshui.customers.models import ContactPoint, Customer, Way, Wish
from ruoshui.customers.models.wishes import CONTACT_OF
from ruoshui.organization.models import Unit
from ruoshui.organization.worktimes import calendar_of

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
LINE_OF = {Way.SMS: "sms", Way.WECHAT: "wechat", Way.WECOM: "wecom"}


def wish_of(customer: Customer) -> Wish:
    return Wish.objects.filter(customer=customer).first() or Wish(customer=customer)


def ways_for(customer: Customer, usual: Sequence[str], unit: Unit) -> list[tuple[Way, ContactPoint]]:
    """The ways they can and may be reached by, best first: their own order, then the usual one of the notice."""
    wish = wish_of(customer)
    # Their own wish also brings ways that the notice would not have used; a letter costs, it must be usual or wished.
    order = list(dict.fromkeys([*wish.order, *usual]))
    found = []
    contacts = list(ContactPoint.objects.filter(customer=customer).order_by("-is_primary", "pk"))
    for way in (Way(code) for code in order if code in Way.values and code not in wish.refused):
        contact = next((one for one in contacts if one.kind == CONTACT_OF[way]), None)
        if contact is not None and (way == Way.LETTER or sender_for(way, unit) is not None):
            found.append((way, contact))
    return found


def sender_for(way: Way, unit: Unit) -> Mailbox | Line | None:
    """The mailbox or line nearest above the unit, else any."""
    candidates: list[Mailbox | Line] = _lines(LINE_OF[way]) if way in LINE_OF else _mailboxes()
    above = [one for one in candidates if unit.is_within(one.unit)]
    return max(above, key=lambda one: len(one.unit.path), default=candidates[0] if candidates else None)


@remembered
def _mailboxes() -> list[Mailbox | Line]:
    return _in_use(Mailbox.objects.all())


@remembered
def _lines(kind: str) -> list[Mailbox | Line]:
    return _in_use(Line.objects.filter(kind=kind))


def _in_use(rows: models.QuerySet[Mailbox] | models.QuerySet[Line]) -> list[Mailbox | Line]:
    return list(rows.filter(is_active=True).select_related("unit").order_by("pk"))


def not_in_quiet(customer: Customer, unit: Unit, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours it falls into, by the wall clock where the unit is."""
    wish = wish_of(customer)
    begin, end = wish.quiet_from or QUIET_FROM, wish.quiet_until or QUIET_UNTIL
    calendar = calendar_of(unit)
    zone = ZoneInfo(calendar.zone) if calendar else timezone.get_current_timezone()
    local = at.astimezone(zone)
    now = local.time()
    quiet = begin <= now < end if begin <= end else now >= begin or now < end
    if not quiet or begin == end:
        return at
    day = local.date() + timedelta(days=1) if begin > end and now >= begin else local.date()
    return datetime.combine(day, end, tzinfo=zone)
