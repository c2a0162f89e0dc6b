from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.organization.models import Calendar
from ruoshui.sla.models.levels import Level


class Target(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("first response")
    RESOLUTION = "resolution", _("resolution")


class Promise(models.Model):
    """What one case was promised. The amounts are copied: a level edited later changes no promise."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="promise")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="promises")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True)
    first_response_minutes = models.PositiveIntegerField(null=True)
    resolution_minutes = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()

    def minutes_for(self, target: str) -> int | None:
        return self.first_response_minutes if target == Target.FIRST_RESPONSE else self.resolution_minutes


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(ended_at__isnull=True, due_at__isnull=False)

    def due(self, at: datetime) -> "ClockQuerySet":
        return self.running().filter(due_at__lte=at, broken_at__isnull=True)


class Clock(models.Model):
    """One target of one promise.

    `due_at` is null while the clock is paused; `ended_at` is when the target was reached (or the
    case ended without it); `broken_at` is the due time that passed, and stays when a reopened
    case runs on.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    target = models.CharField(max_length=20, choices=Target.choices)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "target"], name="one_clock_per_target"),)
        indexes = (
            models.Index(
                fields=["due_at", "id"], name="clock_sweep", condition=Q(ended_at__isnull=True, broken_at__isnull=True)
            ),
            models.Index(fields=["broken_at"], name="clock_broken"),
            models.Index(fields=["ended_at"], name="clock_ended"),
        )

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.due_at is not None

    @property
    def is_paused(self) -> bool:
        return self.ended_at is None and self.due_at is None

    @property
    def state(self) -> str:
        """kept, broken, paused or running: each has an icon and a word on screen."""
        if self.broken_at:
            return "broken"
        if self.ended_at:
            return "kept"
        return "paused" if self.due_at is None else "running"
