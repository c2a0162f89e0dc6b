from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import Case
from ruoshui.core.actors import ByActor


class LinkKind(models.TextChoices):
    CHILD = "child", _("part of")
    DUPLICATE = "duplicate", _("duplicate of")
    RELATED = "related", _("related to")
    FOLLOW_UP = "follow_up", _("follow-up of")


class Merger(ByActor):
    """One case was taken in by another. `before` is how it was then, for who looks later and for splitting it back:
    state, outcome, summary and the moments of its ending; `participants` joined the other case through it.
    """

    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="mergers")
    into = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="took_in")
    before = models.JSONField(default=dict)
    participants = models.JSONField(default=list)
    split_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["other"], condition=models.Q(split_at__isnull=True), name="merged_once"),
        )


class CaseLink(models.Model):
    """`case` is <kind> `to`: a child of, a duplicate of, related to, a follow-up of."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    to = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "to", "kind"], name="one_link_each"),
            models.CheckConstraint(condition=~models.Q(case=models.F("to")), name="no_link_to_itself"),
        )
