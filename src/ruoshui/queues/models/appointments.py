from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import new_access_code
from ruoshui.customers.models import ContactKind, Customer
from ruoshui.queues.models.branches import Branch, Business

# A worker that was away for longer says nothing of who came.
LOOK_BACK = timedelta(days=7)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def standing(self) -> "AppointmentQuerySet":
        """Those that take a place: not cancelled, not missed."""
        return self.filter(cancelled_at__isnull=True, missed_at__isnull=True)

    def to_come(self) -> "AppointmentQuerySet":
        return self.standing().filter(arrived_at__isnull=True)

    def of(self, customer: Customer, contact: str = "") -> "AppointmentQuerySet":
        """The customer's, also those booked before their records were merged, or with this contact that was proven."""
        theirs = Q(customer=customer) | Q(customer__merged_into=customer)
        return self.filter(theirs | Q(contact=contact) if contact else theirs)

    def coded(self, code: str) -> "AppointmentQuerySet":
        """With this code, or asked for once more with it: a place held for a time they already had is that one."""
        code = code.strip().upper()
        places = HeldPlace.objects.filter(code=code, appointment__isnull=False)
        return self.filter(code=places.values_list("appointment__code", flat=True).first() or code)


class Appointment(models.Model):
    """A time at a branch for a business. `code` is the customer's key to it: to change their mind, and to arrive.

    `contact`: the one, in its normal form, that was proven by a code when the customer booked it themselves.
    `missed_at`: when it was put on record that nobody came; `excused_at`: that it shall not count. `may_count`: whether
    it can, which those booked before absences were counted cannot.
    """

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="appointments")
    contact = models.CharField(max_length=200, default="", db_default="", editable=False)
    starts_at = models.DateTimeField()
    code = models.CharField(max_length=12, default=new_access_code, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    draft = models.JSONField(default=dict)
    booked_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    excused_at = models.DateTimeField(null=True)
    may_count = models.BooleanField(default=True, db_default=True, editable=False)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        indexes = (
            models.Index(fields=["branch", "starts_at"], name="appointment_slot"),
            models.Index(fields=["contact"], name="appointment_contact", condition=~Q(contact="")),
            models.Index(
                fields=["starts_at"],
                name="appointment_to_come",
                condition=Q(cancelled_at__isnull=True, missed_at__isnull=True, arrived_at__isnull=True),
            ),
            models.Index(
                fields=["remind_at"],
                name="appointment_reminder",
                condition=Q(reminded_at__isnull=True, cancelled_at__isnull=True, remind_at__isnull=False),
            ),
        )

    @property
    def is_standing(self) -> bool:
        return self.cancelled_at is None and self.arrived_at is None and self.missed_at is None

    def may_be_cancelled(self, at: datetime) -> bool:
        """After its time it is kept or missed."""
        return self.is_standing and at < self.starts_at

    def is_unknown(self, at: datetime) -> bool:
        """Nobody has noted whether they came, and nobody will."""
        return self.is_standing and self.starts_at < at - LOOK_BACK

    def live_topics(self) -> list[str]:
        return [f"branch:{self.branch_id}"]


class HeldPlaceQuerySet(models.QuerySet["HeldPlace"]):
    def held(self, at: datetime) -> "HeldPlaceQuerySet":
        return self.filter(held_until__gt=at, appointment__isnull=True)


class HeldPlace(models.Model):
    """A time that somebody on the portal asked for, held until they type the code that was sent to `contact`, or the
    time is up. Nobody is looked up and nothing is booked before: what is typed on the portal may be said by anybody.

    `others`: further contacts that were typed, kept with a customer who is new. `network`: whose browser asked.
    `send_at`: when its code is due to be sent by e-mail; None: it was, or goes another way. `appointment`: what became
    of it, which has another code where they had that time already.
    """

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="held_places", db_index=False)
    business = models.ForeignKey(Business, on_delete=models.CASCADE, related_name="held_places", db_index=False)
    starts_at = models.DateTimeField()
    code = models.CharField(max_length=12, default=new_access_code, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=ContactKind.choices)
    contact = models.CharField(max_length=200)
    normal = models.CharField(max_length=200)
    others = ArrayField(ArrayField(models.CharField(max_length=200), size=2), default=list)
    network = models.CharField(max_length=60, default="")
    asked_at = models.DateTimeField()
    held_until = models.DateTimeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="held_places")
    send_at = models.DateTimeField(null=True)

    objects = HeldPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place held")
        indexes = (
            models.Index(fields=["branch", "starts_at"], name="held_place_slot"),
            models.Index(fields=["normal", "asked_at"], name="held_place_contact"),
            models.Index(fields=["network", "held_until"], name="held_place_network"),
            models.Index(fields=["held_until"], name="held_place_over"),
            models.Index(fields=["send_at"], name="held_place_to_send", condition=Q(send_at__isnull=False)),
        )

    def live_topics(self) -> list[str]:
        return []
