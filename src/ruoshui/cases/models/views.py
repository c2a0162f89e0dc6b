from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.organization.models import Staff


class SavedView(models.Model):
    """A filter somebody wants to come back to."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(default=dict)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["staff", "name"], name="one_view_per_name"),)
