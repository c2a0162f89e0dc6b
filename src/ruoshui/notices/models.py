from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from ruoshui.organization.models import Permission, Staff

# What a notice may be about that can be kept from somebody: these tables know from whom.
HIDEABLE = ("cases.case", "sla.internalrequest", "processes.task")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def shown_to(self, staff: Staff) -> "NoticeQuerySet":
        """What they were told and may still know: nothing about a case that is kept from them by now."""
        found = self.filter(staff=staff, shown_at__isnull=False)
        if staff.sees_everything(Permission.CONFIDENTIAL):
            return found
        for kind in HIDEABLE:
            hidden = apps.get_model(kind).objects.hidden_from(staff)
            found = found.exclude(Q(about_kind=kind) & Exists(hidden.filter(pk=OuterRef("about_id"))))
        return found


class Notice(models.Model):
    """One thing one person is told.

    `kind` is that of the event it is about and `data` holds codes, numbers and names in both
    languages: the sentence is made when it is read. `count` above one stands for so many alike, told together.
    `shown_at` is empty until `show_at` has come.
    """

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    about_kind = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    count = models.PositiveIntegerField(default=1)
    is_urgent = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=False)
    at = models.DateTimeField()
    show_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["show_at", "id"], name="notice_to_show", condition=Q(shown_at__isnull=True)),
            models.Index(fields=["staff", "-id"], name="notice_staff"),
            models.Index(fields=["staff"], name="notice_unread", condition=Q(read_at__isnull=True)),
        )
