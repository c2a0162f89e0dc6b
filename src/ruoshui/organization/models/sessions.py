from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.organization.models.staff import Staff


class SessionEnd(models.TextChoices):
    SIGNED_OUT = "signed_out", _("signed out")
    ELSEWHERE = "elsewhere", _("signed out from elsewhere")
    IDLE = "idle", _("too long without activity")
    AGE = "age", _("open for too long")
    PASSWORD = "password", _("password changed")
    LEFT = "left", _("may not sign in any more")


class StaffSession(models.Model):
    """A staff member is signed in, in one browser, from `began_at` until `ended_at`. `seen_at` is some minutes old."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="browser_sessions")
    session_key = models.CharField(max_length=40)  # Django's, which keeps what the browser's cookie names
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=60)
    browser = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=20, choices=SessionEnd.choices, blank=True)

    class Meta:
        verbose_name = _("session")
        constraints = (models.UniqueConstraint(fields=["session_key"], name="one_staff_session_a_key"),)
        indexes = (
            models.Index(fields=["staff", "-began_at"], name="session_staff"),
            models.Index(fields=["seen_at"], name="session_open", condition=models.Q(ended_at__isnull=True)),
        )
