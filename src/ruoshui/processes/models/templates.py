"""Templates: everything that says how cases of one type are worked on, published together as one version."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.core.actors import ByActor
from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.PROCESSES, "type__unit")
class Template(models.Model):
    """The way of working of a case type; its versions hold what it says."""

    type = models.OneToOneField(CaseType, on_delete=models.CASCADE, related_name="template")

    class Meta:
        verbose_name = _("case template")

    def __str__(self) -> str:
        return self.type.name

    @property
    def name(self) -> str:
        return self.type.name


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class TemplateVersion(ByActor):
    """`drawing` is BPMN 2.0 (empty: no process); `forms` maps a code to a JSON Schema, "application" being what the
    customer fills in; `decisions` are tables as `plain_table` makes them; `documents` is the checklist. A published
    version never changes: running cases point to it.
    """

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=TemplateState.choices, default=TemplateState.DRAFT)
    drawing = models.TextField(blank=True)
    forms = models.JSONField(default=dict)
    decisions = models.JSONField(default=list)
    documents = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("template", "-number")
        constraints = (
            models.UniqueConstraint(fields=["template", "number"], name="one_template_version_each"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(state=TemplateState.DRAFT), name="one_draft_a_template"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"
