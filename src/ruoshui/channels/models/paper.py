"""Letters on paper, in the queue of the printer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Staff, Unit


class PaperState(models.TextChoices):
    WAITING = "waiting", _("to be printed")
    PRINTED = "printed", _("printed")
    POSTED = "posted", _("posted")
    RETURNED = "returned", _("came back")


class PaperQuerySet(models.QuerySet["PaperLetter"]):
    def visible_to(self, staff: Staff) -> "PaperQuerySet":
        seen = self if staff.sees_everything() else self.filter(unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id"))


class PaperLetter(models.Model):
    """`address` is what shows in the window of the envelope, a line each."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=300)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    language = models.CharField(max_length=10, default="zh-hans")
    reference = models.CharField(max_length=60, blank=True)
    case_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=PaperState.choices, default=PaperState.WAITING)
    made_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True)
    posted_at = models.DateTimeField(null=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=["unit", "id"], name="paper_waiting", condition=Q(state=PaperState.WAITING)),
            models.Index(fields=["case_id"], name="paper_case", condition=Q(case_id__isnull=False)),
        )
