"""Short messages in and out, each in its state, and calls from outside that were refused."""

from django.db import models
from django.db.models import Q

from ruoshui.channels.models.letters import LetterState, OutState
from ruoshui.channels.models.lines import Line
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Staff


class OfLines(models.QuerySet["TextOut"]):
    def visible_to(self, staff: Staff) -> "OfLines":
        seen = self if staff.sees_everything() else self.filter(line__unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id"))


class TextInQuerySet(models.QuerySet["TextIn"]):
    def visible_to(self, staff: Staff) -> "TextInQuerySet":
        seen = self if staff.sees_everything() else self.filter(line__unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id"))

    def not_taken(self) -> "TextInQuerySet":
        """Put aside for good, or tried again."""
        return self.filter(Q(state=LetterState.FAILED) | Q(state=LetterState.NEW, attempts__gt=0))


def text_file_path(text: "TextIn", _name: str) -> str:
    return f"texts/{text.digest[:2]}/{text.digest}"


class TextIn(models.Model):
    """`key` is the provider's number of the message, `sender` who wrote it as the provider knows them.

    `about`: what came with it, such as the name and phone a visitor of the chat gave. New, it is taken up at
    `next_at`, after so many `attempts` that failed; `error` says why.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="texts")
    key = models.CharField(max_length=120)
    sender = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    about = models.JSONField(default=dict)
    file = models.FileField(upload_to=text_file_path, blank=True)
    file_name = models.CharField(max_length=160, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=LetterState.choices, default=LetterState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    case_id = models.BigIntegerField(null=True)
    message_pk = models.BigIntegerField(null=True)

    objects = TextInQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["line", "key"], name="one_text_each"),)
        indexes = (
            models.Index(fields=["next_at", "id"], name="text_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["line", "sender", "-id"], name="text_sender"),
            models.Index(fields=["case_id"], name="text_case", condition=Q(case_id__isnull=False)),
        )


class TextOut(models.Model):
    """A message to one person. `reference` is the provider's number of it, `delivered_at` when their phone had it.

    `pieces_sent`: of one longer than a message may be, how many have gone. `is_offer`: nobody asked for it, and a
    letter in answer ends such.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="sent")
    to = models.CharField(max_length=120)
    text = models.TextField()
    is_automatic = models.BooleanField(default=False)
    is_offer = models.BooleanField(default=False)
    case_id = models.BigIntegerField(null=True)
    message_pk = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=OutState.choices, default=OutState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    pieces_sent = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects = OfLines.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["next_at", "id"], name="text_out_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["line", "reference"], name="text_out_reference"),
            models.Index(fields=["message_pk"], name="text_out_message", condition=Q(message_pk__isnull=False)),
            models.Index(fields=["to", "made_at"], name="text_out_automatic", condition=Q(is_automatic=True)),
        )


class HeardCall(models.Model):
    """A signature that was used: the same call again is a replay. Kept a little longer than signatures are good for."""

    source = models.CharField(max_length=60)
    signature = models.CharField(max_length=128)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "signature"], name="one_signature_once"),)


class RefusedCall(models.Model):
    """Calls from outside that were not believed, those of one hour for one reason in one row."""

    source = models.CharField(max_length=60)
    why = models.CharField(max_length=40)
    address = models.CharField(max_length=60)
    hour = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-last_at",)
        constraints = (
            models.UniqueConstraint(fields=["source", "why", "address", "hour"], name="one_row_a_refusal_an_hour"),
        )
