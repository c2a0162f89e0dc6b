"""Internal requests 内部协办: one department asks another for something, by an internal level."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import Case
from ruoshui.cases.models.cases import held_by, stood_in_for, unit_ids
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.sla.models.levels import LevelVersion


class RequestState(models.TextChoices):
    ASKED = "asked", _("asked")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("sent back")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", _("withdrawn")


OUTSTANDING = (RequestState.ASKED, RequestState.ACCEPTED, RequestState.RETURNED)
IN_THEIR_HANDS = (RequestState.ASKED, RequestState.ACCEPTED)


class RequestQuerySet(models.QuerySet["InternalRequest"]):
    def visible_to(self, staff: Staff, at: datetime | None = None) -> "RequestQuerySet":
        """The one door: both units' people, who asked, who holds it, and who sees the case.

        Of a confidential case the asked unit sees what it was asked, and no more; of the side that asked only those
        who see the case.
        """
        if staff.sees_everything(Permission.CONFIDENTIAL):
            return self
        units = unit_ids(staff)
        people = stood_in_for(staff, at or timezone.now())
        asked = Q(unit_id__in=units) | Q(assignee_id__in=people)
        asking = Q(from_unit_id__in=units) | Q(asked_by_id__in=people)
        if staff.sees_everything():
            asking = Q(pk__isnull=False)
        return self.filter(
            asked | asking & not_hidden(staff, "case_id") | Q(case__in=Case.objects.visible_to(staff, at))
        )

    def hidden_from(self, staff: Staff) -> "RequestQuerySet":
        """Of confidential cases, for those who see neither the case nor what was asked."""
        return self.filter(~not_hidden(staff, "case_id")).exclude(Q(unit__in=staff.units_with()) | held_by(staff))

    def outstanding(self) -> "RequestQuerySet":
        return self.filter(state__in=OUTSTANDING)


class InternalRequest(models.Model):
    """`unit` serves, `from_unit` asked. `is_awaited`: the case waits until this is settled.

    The rating is how well `unit` served, as the asking side sees it: internal satisfaction.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="requests")
    version = models.ForeignKey(LevelVersion, on_delete=models.PROTECT, related_name="requests")
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("what is needed"), max_length=4000, blank=True)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="requests_made")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="requests")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="requests_made")
    assignee = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="requests")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    is_awaited = models.BooleanField(default=False)
    answer = models.TextField(max_length=4000, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True, validators=[MinValueValidator(1), MaxValueValidator(5)])
    remark = models.CharField(max_length=500, blank=True)
    rated_at = models.DateTimeField(null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal request")
        constraints = (
            models.CheckConstraint(condition=~Q(unit=models.F("from_unit")), name="nobody_asks_his_own_unit"),
            models.CheckConstraint(
                condition=Q(is_awaited=False) | Q(case__isnull=False), name="only_a_case_waits_for_a_request"
            ),
        )
        indexes = (
            models.Index(fields=["case"], name="request_case"),
            models.Index(fields=["unit", "-id"], name="request_unit"),
            models.Index(fields=["from_unit", "-id"], name="request_from_unit"),
            models.Index(fields=["assignee", "-id"], name="request_assignee"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        return f"IR{self.pk:07d}"

    @property
    def is_outstanding(self) -> bool:
        return self.state in OUTSTANDING

    def live_topics(self) -> list[str]:
        topics = [f"request:{self.pk}", *(f"unit:{pk}" for pk in {*self.unit.lineage, *self.from_unit.lineage})]
        if self.case_id:
            topics.append(f"case:{self.case_id}")
        return topics + [f"staff:{pk}" for pk in (self.assignee_id, self.asked_by_id) if pk]
