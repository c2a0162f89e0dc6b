from django.db import models

from ruoshui.queues.models.branches import Branch


class WaitLearning(models.Model):
    """What a branch has learned of its waits, up to its change number `through`: models, margins and running means.

    `shape` names the queues and which of them share counters; when they change, what was learned no longer fits.
    """

    branch = models.OneToOneField(Branch, on_delete=models.CASCADE, related_name="learning")
    shape = models.TextField()
    through = models.BigIntegerField()
    pools = models.JSONField()
    customers = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()


class SharedWaits(models.Model):
    """What all branches whose queues have the same form know together: a new one begins with it."""

    form = models.CharField(max_length=20, unique=True)
    model = models.JSONField()
    customers = models.PositiveIntegerField()
    at = models.DateTimeField()
