from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import Case, Channel
from ruoshui.channels.mail.folding import parted
from ruoshui.core.actors import ByActor
from ruoshui.core.file_kinds import DECODED, PLAYED


class MessageKind(models.TextChoices):
    CUSTOMER = "customer", _("from the customer")
    REPLY = "reply", _("reply to the customer")
    NOTE = "note", _("internal note")
    NOTICE = "notice", _("notice to the customer")


@dataclass(frozen=True, slots=True)
class Piece:
    """`folded`: how many lines are folded away; 0 for what is in the open."""

    words: str
    folded: int


def pieces_of(text: str, folds: Iterable[Iterable[int]]) -> list[Piece]:
    return [Piece(words, words.count("\n") + 1 if is_folded else 0) for is_folded, words in parted(text, folds)]


class Message(ByActor):
    """`body` is all that was said. `folds` are the lines of it that repeat what was said before: [first, how many]."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    body = models.TextField()
    folds = models.JSONField(default=list)
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["case", "at", "id"], name="message_case"),)

    @property
    def pieces(self) -> list["Piece"]:
        """The body as it is shown: in the open, or folded."""
        return pieces_of(self.body, self.folds)

    @property
    def new_words(self) -> str:
        return "\n\n".join(piece.words for piece in self.pieces if not piece.folded)

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

    @property
    def played_as(self) -> str:
        """ "audio" or "video" for what a page plays; empty for all else."""
        return self.content_type.partition("/")[0] if self.content_type in PLAYED | DECODED else ""

    @property
    def is_decoded(self) -> bool:
        """No browser plays it as it is."""
        return self.content_type in DECODED
