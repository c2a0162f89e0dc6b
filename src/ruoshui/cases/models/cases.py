import re
import secrets
import unicodedata
from datetime import UTC, datetime

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models.types import CaseType
from ruoshui.core.normal_text import visible
from ruoshui.core.typed import is_whole
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Absence, Permission, Staff, Team, Unit

# A case without any running promise sorts after all that have one. A real null would need two
# queries to page by key.
UNDATED = datetime(9999, 1, 1, tzinfo=UTC)
NUMBER = re.compile(r"(?:(?:工单|编)号[\s:]*)?#?\s*(?:RS[\s.-]*)?([0-9]+)", re.IGNORECASE)
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")


class Priority(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


class Channel(models.TextChoices):
    PORTAL = "portal", _("portal")
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    COUNTER = "counter", _("counter")
    CHAT = "chat", _("web chat")
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    LETTER = "letter", _("letter")
    API = "api", _("program")
    INTERNAL = "internal", _("internal")


ACTIVE = (CaseState.OPEN, CaseState.WAITING)


def new_access_code() -> str:
    """Ten letters, fifty bits: what a customer needs besides the number to see their case."""
    return "".join(secrets.choice(CODE_LETTERS) for _unused in range(10))


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(
        self, staff: Staff, at: datetime | None = None, *, people: list[int] | None = None
    ) -> "CaseQuerySet":
        """The one door: cases of units in reach, and those one is personally part of.

        `people`: what `stood_in_for` said, of who asks several questions at once.
        """
        reach = self.in_reach_of(staff)
        # An empty Q is "everything" alone, but "nothing more" in an OR.
        return self.filter(reach | self.personal_to(staff, at, people=people)) if reach else self.all()

    def hidden_from(self, staff: Staff) -> "CaseQuerySet":
        """Confidential cases that the staff member may not see. Subqueries only: other queries take it in whole."""
        joined = apps.get_model("cases", "Participant").objects.filter(staff=staff).values("case_id")
        held = Q(unit__in=staff.units_with(Permission.CONFIDENTIAL))
        return self.filter(confidential=True).exclude(held | held_by(staff) | Q(pk__in=joined))

    @staticmethod
    def in_reach_of(staff: Staff) -> Q:
        if staff.sees_everything(Permission.CONFIDENTIAL):
            return Q()
        confidential = Q(confidential=False) | Q(unit_id__in=unit_ids(staff, Permission.CONFIDENTIAL))
        if staff.sees_everything():
            return confidential
        return Q(unit_id__in=unit_ids(staff)) & confidential

    @staticmethod
    def personal_to(staff: Staff, at: datetime | None = None, *, people: list[int] | None = None) -> Q:
        joined = apps.get_model("cases", "Participant").objects.filter(staff=staff)
        return Q(assignee_id__in=people or stood_in_for(staff, at)) | Q(pk__in=joined.values("case_id"))

    def active(self) -> "CaseQuerySet":
        return self.filter(state__in=ACTIVE)

    def overdue(self, at: datetime) -> "CaseQuerySet":
        return self.filter(state__in=ACTIVE, due_at__lt=at)


def unit_ids(staff: Staff, *permissions: Permission) -> list[int]:
    """Ids rather than a subquery: the planner then knows how many cases these units have."""
    if permissions and all(set(permissions) & set(held.role.permissions) for held in staff.held_roles):
        permissions = ()  # every role has one of them: the same units as of all roles
    kept: dict[tuple[Permission, ...], list[int]] = staff.__dict__.setdefault("_unit_ids", {})
    if permissions not in kept:
        kept[permissions] = list(staff.units_with(*permissions).values_list("pk", flat=True))
    return kept[permissions]


def stood_in_for(staff: Staff, at: datetime | None = None) -> list[int]:
    """The staff member's own id and those of the absent people they deputise for."""
    absent = Absence.objects.covering(at or timezone.now()).filter(deputy=staff)
    return [staff.pk, *absent.values_list("staff_id", flat=True)]


def held_by(staff: Staff) -> Q:
    """`stood_in_for` as a condition on `assignee`, for queries within others."""
    absent = Absence.objects.covering(timezone.now()).filter(deputy=staff)
    return Q(assignee=staff) | Q(assignee__in=absent.values("staff_id"))


class Case(models.Model):
    type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="cases", verbose_name=_("type"))
    subject = models.CharField(_("subject"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority.choices, default=Priority.NORMAL)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    category = models.CharField(_("category"), max_length=80, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("customer")
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases", verbose_name=_("unit"))
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("team"))
    assignee = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="cases", verbose_name=_("assignee")
    )
    form = models.JSONField(default=dict)
    confidential = models.BooleanField(_("confidential"), default=False)
    due_at = models.DateTimeField(_("due"), default=UNDATED)
    queue_rank = models.PositiveSmallIntegerField(_("place in the queue"), default=5)
    opened_at = models.DateTimeField()
    first_replied_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField()
    reopen_count = models.PositiveSmallIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_from")
    access_code = models.CharField(max_length=12, default=new_access_code)
    source_key = models.CharField(max_length=120, null=True)  # noqa: DJ001 unique, so unknown is null
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        constraints = (models.UniqueConstraint(fields=["source_key"], name="one_case_per_source_key"),)
        indexes = (
            models.Index(fields=["due_at", "id"], name="case_due", condition=Q(state__in=ACTIVE)),
            models.Index(fields=["unit", "due_at", "id"], name="case_unit_due", condition=Q(state__in=ACTIVE)),
            models.Index(fields=["assignee", "due_at", "id"], name="case_assignee_due", condition=Q(state__in=ACTIVE)),
            models.Index(fields=["team", "due_at", "id"], name="case_team_due", condition=Q(state__in=ACTIVE)),
            models.Index(
                fields=["team", "queue_rank", "due_at", "id"],
                name="case_backlog",
                condition=Q(state=CaseState.OPEN, assignee__isnull=True, team__isnull=False),
            ),
            models.Index(fields=["unit", "id"], name="case_unit_new"),
            models.Index(fields=["assignee", "id"], name="case_assignee_new"),
            models.Index(fields=["customer", "id"], name="case_customer"),
            models.Index(fields=["closed_at"], name="case_closed"),
            models.Index(fields=["unit"], name="case_confidential", condition=Q(confidential=True)),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        return f"RS{self.pk:08d}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def due(self) -> datetime | None:
        """The next moment something is promised for; None when nothing is."""
        return None if self.due_at >= UNDATED else self.due_at

    def live_topics(self) -> list[str]:
        topics = [f"case:{self.pk}", *(f"unit:{pk}" for pk in self.unit.lineage)]
        if self.assignee_id:
            topics.append(f"staff:{self.assignee_id}")
        return topics


def case_id_of(number: str) -> int | None:
    """The id in a number as people type and paste it (“rs00000123”, “RS 123”, “＃１２３”); None if it is no number."""
    if any(sign.isdigit() and not sign.isdecimal() for sign in number):  # ² is no digit of a number
        return None
    found = NUMBER.fullmatch(unicodedata.normalize("NFKC", visible(number)).strip())
    return int(found[1]) if found and is_whole(found[1]) else None
