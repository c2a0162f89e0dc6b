"""Counters: what they serve, and who sat there when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.organization.models import Permission, Staff
from ruoshui.organization.models.belonging import set_up_with
from ruoshui.queues.models.branches import Branch, Queue


class CounterState(models.TextChoices):
    CLOSED = "closed", _("not open")
    OPEN = "open", _("on duty")
    PAUSED = "paused", _("on a break")


@set_up_with(Permission.BRANCHES, "branch__unit")
class Counter(BilingualName):
    """A window. `seq` is the branch's count at its last change."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="counters")
    number = models.PositiveSmallIntegerField(_("number"))
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=CounterState.choices, default=CounterState.CLOSED, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="counters", editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    seq = models.BigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("counter")
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["branch", "number"], name="one_counter_a_number"),
            models.UniqueConstraint(fields=["staff"], condition=~Q(state="closed"), name="one_counter_at_a_time"),
        )

    @property
    def title(self) -> str:
        return gettext("Counter {number}").format(number=self.number) + (f" · {self.name}" if self.name else "")

    def live_topics(self) -> list[str]:
        return [f"branch:{self.branch_id}", f"counter:{self.pk}"]


class CounterDuty(models.Model):
    """A counter serves a queue. A duty of turn 2 is served while nobody waits in those of turn 1."""

    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="duties")
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="duties")
    turn = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["counter", "queue"], name="one_duty_of_a_counter"),)


class SessionKind(models.TextChoices):
    OPEN = "open", _("on duty")
    PAUSED = "paused", _("on a break")


class CounterSession(models.Model):
    """Somebody sat at a counter from `since` to `until`, serving or pausing: staffing and waits are learned from it."""

    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="sessions")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="sessions", db_index=False)
    kind = models.CharField(max_length=10, choices=SessionKind.choices)
    reason = models.CharField(max_length=60, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["counter"], condition=Q(until__isnull=True), name="one_session_at_a_time"),
        )
        indexes = (models.Index(fields=["counter", "since"], name="session_counter"),)
