from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.core.actors import ByActor
from ruoshui.documents.models.requirements import Requirement


class DocumentState(models.TextChoices):
    RECEIVED = "received", _("to be looked at")
    ACCEPTED = "accepted", _("in order")
    SENT_BACK = "sent_back", _("to be brought again")


class Checked(models.TextChoices):
    """By the virus scanner."""

    CLEAN = "clean", _("checked for viruses")
    NOT = "not", _("not checked for viruses")


class Document(models.Model):
    """A paper in its versions. `internal` ones are not shown to the customer; `remark` is why it was sent back."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, null=True, related_name="documents")
    title = models.CharField(_("title"), max_length=160)
    internal = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.RECEIVED)
    remark = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("document")
        constraints = (
            models.UniqueConstraint(
                fields=["requirement"], condition=models.Q(requirement__isnull=False), name="one_document_a_requirement"
            ),
        )
        indexes = (models.Index(fields=["case", "id"], name="document_case"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def latest(self) -> "DocumentVersion":
        """The newest version; of a list that was prefetched without a query."""
        return max(self.versions.all(), key=lambda version: version.number)


def document_path(version: "DocumentVersion", _name: str) -> str:
    """By content, like attachments: a file's name never becomes a path."""
    return f"attachments/{version.digest[:2]}/{version.digest}"


class DocumentVersion(ByActor):
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(upload_to=document_path)
    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    words_read = models.BooleanField(default=False, db_default=False)
    checked = models.CharField(max_length=5, choices=Checked.choices, default=Checked.NOT)

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["document", "number"], name="one_document_version_each"),)

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def can_be_shown(self) -> bool:
        return self.is_picture or self.content_type == "application/pdf"
