from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.cases import Case


class LinkKind(models.TextChoices):
    CHILD = "child", _("part of")
    DUPLICATE = "duplicate", _("duplicate of")
    RELATED = "related", _("related to")
    FOLLOW_UP = "follow_up", _("follow-up of")


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
