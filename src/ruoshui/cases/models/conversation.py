from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import Case, Channel
from ruoshui.core.actors import ByActor


class MessageKind(models.TextChoices):
    CUSTOMER = "customer", _("from the customer")
    REPLY = "reply", _("reply to the customer")
    NOTE = "note", _("internal note")
    NOTICE = "notice", _("notice to the customer")


class Message(ByActor):
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    body = models.TextField()
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["case", "at", "id"], name="message_case"),)

    @property
    def is_public(self) -> bool:
        return self.kind != MessageKind.NOTE


def attachment_path(attachment: "Attachment", _name: str) -> str:
    """By content, in folders of their own: a customer's file name never becomes a path."""
    return f"attachments/{attachment.digest[:2]}/{attachment.digest}"


class Attachment(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
