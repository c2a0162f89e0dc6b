from django.db import models

from ruoshui.core.actors import Actor, ActorKind


class RecordedEvent(models.Model):
    """Something that happened. Append-only: the database refuses UPDATE and DELETE.

    The table is partitioned by the month of `at`, so a query about one object should say
    from when on. `about_kind` is a model's label in lower case, `data` holds codes and ids.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    by_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    by_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        db_table = "core_event"
        managed = False  # partitioned: made by the first migration

    @property
    def by(self) -> Actor:
        return Actor(ActorKind(self.by_kind), self.by_id)


class AnsweredRequest(models.Model):
    """A create that was already answered: the same key gets the same answer, once."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key"),)
        indexes = (models.Index(fields=["at"], name="core_answered_at"),)


class Pulse(models.Model):
    """When a worker last went through one of its rounds without a fault; `every` seconds lie between two."""

    name = models.CharField(primary_key=True, max_length=60)
    every = models.FloatField()
    at = models.DateTimeField()
