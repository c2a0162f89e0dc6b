import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Staff
from ruoshui.queues.models.appointments import Appointment
from ruoshui.queues.models.branches import Branch, Queue
from ruoshui.queues.models.counters import Counter


class TicketState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CALLED = "called", _("called")
    SERVING = "serving", _("being served")
    HELD = "held", _("on hold")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("did not come")
    LEFT = "left", _("left")


class TicketSource(models.TextChoices):
    KIOSK = "kiosk", _("kiosk")
    PHONE = "phone", _("phone")
    LOBBY = "lobby", _("lobby manager")
    API = "api", _("program")
    HISTORY = "history", _("history")


class NamedBy(models.TextChoices):
    """How it is known who the customer of a number is. What is typed or booked may be said by anybody."""

    TYPED = "typed", _("typed at the kiosk")
    SCANNED = "scanned", _("scanned customer code")
    PROGRAM = "program", _("named by a program")
    APPOINTMENT = "appointment", _("by an appointment")
    STAFF = "staff", _("found by staff")


ONLY_SAID = (NamedBy.TYPED, NamedBy.APPOINTMENT)


class Care(models.TextChoices):
    NONE = "", _("none")
    ELDERLY = "elderly", _("elderly")
    DISABLED = "disabled", _("disabled")
    PREGNANT = "pregnant", _("pregnant or with a small child")
    SOLDIER = "soldier", _("soldier, veteran")
    URGENT = "urgent", _("urgent matter")
    UPSET = "upset", _("upset")


class LeftReason(models.TextChoices):
    CANCELLED = "cancelled", _("gave the number back")
    SELF_SERVICE = "self_service", _("went to self-service")
    CLOSING = "closing", _("the branch closed")
    UNKNOWN = "unknown", _("left without a word")


SLIP_IS_GOOD = timedelta(hours=2)  # after the visit
# At a counter: a counter has one of these at most.
AT_COUNTER = (TicketState.CALLED, TicketState.SERVING)
INSIDE = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.HELD)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, staff: Staff) -> "TicketQuerySet":
        """The one door: numbers of the branches one may see."""
        return self.filter(branch__in=Branch.objects.visible_to(staff))


class Ticket(models.Model):
    """A number and the visit it stands for. `key` is chosen by the device that asks, so that asking twice gives one
    number; whoever knows it may follow the number on a phone. `wished` is the fingerprint of what a program asked for.

    `rank` and `place_at` are the place in the queue: the lower rank first, then the earlier time. `said_…` is what was
    announced on joining, in seconds; the wait it speaks of ends with the first call. `draft` are the answers to the
    form of the business' case type, until a case holds them.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    wished = models.CharField(max_length=16, default="", db_default="", editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    number = models.CharField(max_length=8)
    day = models.DateField()
    state = models.CharField(max_length=10, choices=TicketState.choices, default=TicketState.WAITING)
    source = models.CharField(max_length=10, choices=TicketSource.choices)
    language = models.CharField(max_length=10, default="zh-hans")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="tickets")
    named_by = models.CharField(max_length=12, choices=NamedBy.choices, blank=True)
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="ticket")
    rank = models.PositiveSmallIntegerField(default=5)
    place_at = models.DateTimeField()
    care = models.CharField(max_length=10, choices=Care.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)
    draft = models.JSONField(default=dict)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="tickets", db_index=False)
    for_counter = models.ForeignKey(
        Counter, on_delete=models.SET_NULL, null=True, related_name="reserved", db_index=False
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="tickets", db_index=False)
    calls = models.PositiveSmallIntegerField(default=0)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="ticket")
    joined_at = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    left_reason = models.CharField(max_length=12, choices=LeftReason.choices, blank=True)
    said_ahead = models.PositiveIntegerField(null=True)
    said_expected = models.PositiveIntegerField(null=True)
    said_typical = models.PositiveIntegerField(null=True)
    said_maximum = models.PositiveIntegerField(null=True)
    said_learned = models.BooleanField(default=False)
    seq = models.BigIntegerField(default=0)
    left_counter_id: int | None = None  # where it was until this change, which took it away from there

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("number")
        constraints = (
            models.UniqueConstraint(fields=["branch", "day", "number"], name="one_number_a_day"),
            models.UniqueConstraint(
                fields=["counter"], condition=Q(state__in=["called", "serving"]), name="one_ticket_at_a_counter"
            ),
        )
        indexes = (
            models.Index(fields=["branch", "seq"], name="ticket_changes"),
            models.Index(
                fields=["branch", "rank", "place_at", "id"], name="ticket_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["branch", "joined_at"], name="ticket_joined"),
            models.Index(fields=["counter", "ended_at"], name="ticket_ended", condition=Q(ended_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_inside(self) -> bool:
        return self.state in INSIDE

    def is_fresh(self, at: datetime) -> bool:
        """Does its slip still say who holds it? Paper is left behind, and found."""
        return self.ended_at is None or at < self.ended_at + SLIP_IS_GOOD

    @property
    def wait_seconds(self) -> float | None:
        """From joining to the first call."""
        return (self.first_called_at - self.joined_at).total_seconds() if self.first_called_at else None

    def live_topics(self) -> list[str]:
        """Its hall, its customer's phone, and the plates of the counters it is at or has just left."""
        plates = {pk for pk in (self.counter_id, self.left_counter_id) if pk}
        return [f"branch:{self.branch_id}", f"ticket:{self.pk}", *(f"counter:{pk}" for pk in plates)]
