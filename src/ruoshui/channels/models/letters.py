"""Mails in and out, each in its state."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.models.mailboxes import Mailbox
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Staff


class LetterState(models.TextChoices):
    NEW = "new", _("just come in")
    DONE = "done", _("taken in")
    IGNORED = "ignored", _("from a machine")
    HELD = "held", _("waiting to be checked")
    QUARANTINED = "quarantined", _("in quarantine")
    REJECTED = "rejected", _("rejected")
    FAILED = "failed", _("could not be read")


class LetterInQuerySet(models.QuerySet["LetterIn"]):
    def visible_to(self, staff: Staff) -> "LetterInQuerySet":
        seen = self if staff.sees_everything() else self.filter(mailbox__unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id"))

    def not_taken(self) -> "LetterInQuerySet":
        """Put aside for good, or tried again."""
        return self.filter(Q(state=LetterState.FAILED) | Q(state=LetterState.NEW, attempts__gt=0))


def letter_path(letter: "LetterIn", _name: str) -> str:
    return f"mail/{letter.digest[:2]}/{letter.digest}"


class LetterIn(models.Model):
    """`file` is the mail byte for byte; `message_id`, `sender` and `subject` are empty until it was read.

    New, it is taken up at `next_at`, after so many `attempts` that failed. `case_id`, `message_pk`: what became of it.
    `reasons`: why it is there, or why it waits.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="letters")
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=letter_path)
    size = models.PositiveIntegerField()
    message_id = models.CharField(max_length=250, blank=True)
    sender = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=LetterState.choices, default=LetterState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=10, blank=True)
    reasons = ArrayField(models.CharField(max_length=200), default=list)
    case_id = models.BigIntegerField(null=True)
    message_pk = models.BigIntegerField(null=True)

    objects = LetterInQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["mailbox", "digest"], name="one_letter_each"),)
        indexes = (
            models.Index(fields=["next_at", "id"], name="letter_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["state", "-id"], name="letter_state"),
            models.Index(fields=["message_id"], name="letter_message_id"),
            models.Index(fields=["case_id"], name="letter_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["message_pk"], name="letter_message", condition=Q(message_pk__isnull=False)),
        )


class LetterOutQuerySet(models.QuerySet["LetterOut"]):
    def visible_to(self, staff: Staff) -> "LetterOutQuerySet":
        seen = self if staff.sees_everything() else self.filter(mailbox__unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id"))

    def unsent(self) -> "LetterOutQuerySet":
        """Not sent, or come back."""
        return self.exclude(state=OutState.SENT)


class OutState(models.TextChoices):
    WAITING = "waiting", _("on its way")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")
    BOUNCED = "bounced", _("came back")


class LetterOut(models.Model):
    """A mail to one person. It is sent from `next_at` on; `error` is what the mail server said last.

    `is_automatic`: no person wrote it, so nobody's machine should answer it.
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="sent")
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    reply_to = models.EmailField(blank=True)
    message_id = models.CharField(max_length=250, unique=True)
    references = ArrayField(models.CharField(max_length=250), default=list)
    is_automatic = models.BooleanField(default=False)
    files = ArrayField(models.CharField(max_length=400), default=list)
    case_id = models.BigIntegerField(null=True)
    message_pk = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=OutState.choices, default=OutState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects = LetterOutQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["next_at", "id"], name="letter_out_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["case_id"], name="letter_out_case", condition=Q(case_id__isnull=False)),
            models.Index(fields=["message_pk"], name="letter_out_message", condition=Q(message_pk__isnull=False)),
            models.Index(fields=["to", "made_at"], name="letter_out_automatic", condition=Q(is_automatic=True)),
        )
