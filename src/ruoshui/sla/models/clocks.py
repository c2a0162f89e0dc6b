from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.organization.models import Calendar, Unit
from ruoshui.organization.statutory import is_provisional
from ruoshui.sla.models.levels import LevelVersion, Target, Term
from ruoshui.sla.models.matrix import USUAL_RANK, Strategy
from ruoshui.sla.models.requests import InternalRequest


class Promise(models.Model):
    """What one case was promised: a version of a level, counted from `starts_at`.

    `row` is the row of the strategy that chose it; none when a person chose.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="promise")
    version = models.ForeignKey(LevelVersion, on_delete=models.PROTECT, related_name="promises")
    row = models.ForeignKey(Strategy, on_delete=models.SET_NULL, null=True)
    queue_rank = models.PositiveSmallIntegerField(default=USUAL_RANK)
    survey_percent = models.PositiveSmallIntegerField(default=100)
    starts_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["made_at"], name="promise_made"),)


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(ended_at__isnull=True, due_at__isnull=False)

    def to_sweep(self, at: datetime) -> "ClockQuerySet":
        return self.filter(ended_at__isnull=True, next_at__lte=at)

    def counted(self) -> "ClockQuerySet":
        """What stands in shares: not what was never reached, nor what a merge ended: the survivor's promise stands for
        it. What was broken counts all the same.
        """
        return self.filter(Q(case__merged_into__isnull=True, not_reached=False) | Q(broken_at__isnull=False))

    def of_cases(self) -> "ClockQuerySet":
        return self.filter(request__isnull=True)


class Clock(models.Model):
    """One target of one promise, of a case or of an internal request.

    `seconds` is what was promised from `starts_at`, with the `added` seconds of approved extensions; a limit in days is
    reckoned into seconds, as the calendar and the waits so far have it. `due_at` is null
    while the clock is paused; `alarms_at` are the moments of the rungs `alarm_rungs` that have not
    fired, in order; `next_at` is the next moment at which the sweeper has to do something.
    `ended_at` is when the target was reached, or (`not_reached`) when nothing more was owed without it; `broken_at` is
    the due time that passed, and stays when a reopened case runs on. `calendar_unit` is the unit that had the case when
    it was promised: the customer's promise keeps its calendar wherever the case goes; none: of who has it now.
    `told_due` is the due time the customer was told last.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="clocks")
    request = models.ForeignKey(InternalRequest, on_delete=models.CASCADE, null=True, related_name="clocks")
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="clocks")
    target = models.CharField(max_length=20, choices=Target.choices)
    milestone = models.SlugField(blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="clocks")
    calendar_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="clocks")
    seconds = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0, db_default=0)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    alarms_at = ArrayField(models.DateTimeField(), default=list)
    alarm_rungs = ArrayField(models.BigIntegerField(), default=list)
    fired = ArrayField(models.BigIntegerField(), default=list)
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    told_due = models.DateTimeField(null=True)
    not_reached = models.BooleanField(default=False, db_default=False)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "target", "milestone", "round"], name="one_clock_per_target"),
            models.UniqueConstraint(fields=["request"], name="one_clock_per_request"),
            models.CheckConstraint(
                condition=Q(case__isnull=True) ^ Q(request__isnull=True), name="a_clock_has_one_holder"
            ),
        )
        indexes = (
            models.Index(fields=["next_at", "id"], name="clock_sweep", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["unit", "due_at", "id"], name="clock_desk", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["calendar", "id"], name="clock_calendar", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["broken_at"], name="clock_broken"),
            models.Index(fields=["ended_at"], name="clock_ended"),
        )

    @property
    def about(self) -> Case | InternalRequest:
        held = self.case or self.request
        assert held is not None  # the database says so too
        return held

    @property
    def is_provisional(self) -> bool:
        """It reaches a year whose days off are not announced: the notice may move it."""
        return self.due_at is not None and is_provisional(self.calendar, timezone.localdate(self.due_at))

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.due_at is not None

    @property
    def state(self) -> str:
        """kept, broken, not_reached, paused or running: each has an icon and a word on screen."""
        if self.broken_at:
            return "broken"
        if self.ended_at:
            return "not_reached" if self.not_reached else "kept"
        return "paused" if self.due_at is None else "running"
