"""What happens at a branch. Kept with codes and ids; sentences are made when they are read."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ruoshui.core.events import Event, register


@register("queues.ticket_issued")
@dataclass(frozen=True, kw_only=True)
class TicketIssued(Event):
    branch: int
    queue: int
    number: str
    ahead: int
    expected: int
    maximum: int
    learned: bool
    named_by: str = ""
    sentence = _("took the number {number}")
    icon = "ticket"


@register("queues.ticket_called")
@dataclass(frozen=True, kw_only=True)
class TicketCalled(Event):
    branch: int
    counter: int
    calls: int
    sentence = _("called the number")
    icon = "speakerphone"


@register("queues.service_started")
@dataclass(frozen=True, kw_only=True)
class ServiceStarted(Event):
    branch: int
    counter: int
    case: int | None
    sentence = _("began to serve")
    icon = "player-play"


@register("queues.service_held")
@dataclass(frozen=True, kw_only=True)
class ServiceHeld(Event):
    branch: int
    counter: int
    reason: str
    sentence = _("put the service on hold")
    icon = "player-pause"


@register("queues.service_resumed")
@dataclass(frozen=True, kw_only=True)
class ServiceResumed(Event):
    branch: int
    counter: int
    sentence = _("went on serving")
    icon = "player-play"


@register("queues.service_finished")
@dataclass(frozen=True, kw_only=True)
class ServiceFinished(Event):
    branch: int
    counter: int
    sentence = _("finished the service")
    icon = "circle-check"


@register("queues.ticket_not_come")
@dataclass(frozen=True, kw_only=True)
class TicketNotCome(Event):
    branch: int
    counter: int
    sentence = _("called in vain")
    icon = "user-off"


@register("queues.ticket_rejoined")
@dataclass(frozen=True, kw_only=True)
class TicketRejoined(Event):
    branch: int
    sentence = _("came back to the queue")
    icon = "arrow-back-up"


@register("queues.ticket_moved")
@dataclass(frozen=True, kw_only=True)
class TicketMoved(Event):
    branch: int
    from_queue: int
    to_queue: int
    to_counter: int | None
    keeps_place: bool
    sentence = _("moved the number to another queue or counter")
    icon = "arrows-exchange"


@register("queues.ticket_cared_for")
@dataclass(frozen=True, kw_only=True)
class TicketCaredFor(Event):
    branch: int
    care: str
    goes_first: bool
    sentence = _("asked for special care")
    icon = "heart-handshake"


@register("queues.ticket_left")
@dataclass(frozen=True, kw_only=True)
class TicketLeft(Event):
    branch: int
    reason: str
    sentence = _("left the queue")
    icon = "door-exit"


@register("queues.visitor_identified")
@dataclass(frozen=True, kw_only=True)
class VisitorIdentified(Event):
    branch: int
    customer: int
    before: int | None
    named_by: str = ""
    sentence = _("found out who the visitor is")
    icon = "user-check"


@register("queues.draft_filled")
@dataclass(frozen=True, kw_only=True)
class DraftFilled(Event):
    branch: int
    fields: list[str]
    sentence = _("filled in the form")
    icon = "forms"


@register("queues.counter_opened")
@dataclass(frozen=True, kw_only=True)
class CounterOpened(Event):
    branch: int
    staff: int
    sentence = _("opened the counter")
    icon = "door-enter"


@register("queues.counter_paused")
@dataclass(frozen=True, kw_only=True)
class CounterPaused(Event):
    branch: int
    reason: str
    sentence = _("paused the counter")
    icon = "coffee"


@register("queues.counter_closed")
@dataclass(frozen=True, kw_only=True)
class CounterClosed(Event):
    branch: int
    sentence = _("closed the counter")
    icon = "door-exit"


@register("queues.appointment_booked")
@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(Event):
    branch: int
    business: int
    starts_at: str
    sentence = _("booked an appointment")
    icon = "calendar-plus"


@register("queues.appointment_cancelled")
@dataclass(frozen=True, kw_only=True)
class AppointmentCancelled(Event):
    branch: int
    sentence = _("cancelled the appointment")
    icon = "calendar-x"


@register("queues.appointment_reminded")
@dataclass(frozen=True, kw_only=True)
class AppointmentReminded(Event):
    branch: int
    sentence = _("was reminded of the appointment")
    icon = "bell"


@register("queues.place_held")
@dataclass(frozen=True, kw_only=True)
class PlaceHeld(Event):
    """`is_sent`: its code goes to the contact; not when too many went there already, or there is no way to it."""

    branch: int
    business: int
    starts_at: str
    is_sent: bool
    sentence = _("held a place for an appointment")
    icon = "calendar-time"


@register("queues.appointment_not_come")
@dataclass(frozen=True, kw_only=True)
class AppointmentNotCome(Event):
    """`counts`: not when the branch was closed."""

    branch: int
    business: int
    counts: bool
    sentence = _("noted that nobody came for the appointment")
    icon = "calendar-off"


@register("queues.appointment_kept")
@dataclass(frozen=True, kw_only=True)
class AppointmentKept(Event):
    branch: int
    number: str
    sentence = _("found the customer of the appointment with the number {number}")
    icon = "calendar-check"


@register("queues.absence_excused")
@dataclass(frozen=True, kw_only=True)
class AbsenceExcused(Event):
    branch: int
    sentence = _("excused the missed appointment")
    icon = "calendar-heart"


@register("queues.waits_learned")
@dataclass(frozen=True, kw_only=True)
class WaitsLearned(Event):
    customers: int
    sentence = _("learned waits from {customers} customers")
    icon = "chart-line"


@register("queues.promise_drifted")
@dataclass(frozen=True, kw_only=True)
class PromiseDrifted(Event):
    kept: float
    of: int
    low: float
    high: float
    sentence = _("the promised maximum wait is not kept nine times in ten any more")
    icon = "alert-triangle"


def plain(values: dict[str, Any]) -> list[str]:
    """The names of the fields of a draft: what they hold stays out of the events."""
    return sorted(values)
