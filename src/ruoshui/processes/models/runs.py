"""A process on its way, and the timers it waits for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.processes.models.templates import TemplateVersion


class RunState(models.TextChoices):
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped by a fault")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("called off")


class Run(models.Model):
    """The process of one case. `state` are its tokens (see `engine.state`); `fault` says why it stopped."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="run")
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="runs")
    status = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    state = models.BinaryField(null=True)
    fault = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("process of a case")
        indexes = (
            models.Index(fields=["version", "status"], name="run_version"),
            models.Index(fields=["id"], name="run_stopped", condition=models.Q(status="stopped")),
        )

    @property
    def is_running(self) -> bool:
        return self.status == RunState.RUNNING


class Timer(models.Model):
    """A token waits until `due_at`, reckoned in working time when it arrived. Gone once it has fired."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="timers")
    token = models.UUIDField()
    node = models.CharField(max_length=120)
    due_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "token", "node"], name="one_timer_a_token"),)
        indexes = (models.Index(fields=["due_at", "id"], name="timer_due"),)
