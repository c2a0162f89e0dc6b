"""Service levels: external 1A–5A are promised to customers, internal 1B–5B between departments."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import WaitReason
from ruoshui.core.naming import BilingualName, in_language
from ruoshui.organization.models import Calendar, Permission
from ruoshui.organization.models.belonging import set_up_with
from service_science.worktime import WorkingSpan

A_YEAR_OF_MINUTES = 366 * 24 * 60
MOST_DAYS = 750


class Audience(models.TextChoices):
    EXTERNAL = "external", _("to customers")
    INTERNAL = "internal", _("between departments")


class Publishing(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


class OnReopen(models.TextChoices):
    CONTINUE = "continue", _("go on with the time that was left")
    RESTART = "restart", _("start again with the whole time")
    NEW = "new", _("a second clock beside the first")


class Target(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("first response")
    UPDATE = "update", _("next update")
    RESOLUTION = "resolution", _("resolution")
    MILESTONE = "milestone", _("milestone")
    REQUEST = "request", _("internal request")


class CalendarFrom(models.TextChoices):
    UNIT = "unit", _("of the unit that handles it")
    CUSTOMER = "customer", _("of the customer")
    FIXED = "fixed", _("always this one")
    ALWAYS = "always", _("around the clock")


class PauseReason(models.TextChoices):
    """Why a case waits, and that an internal request was sent back: what may stop a clock."""

    CUSTOMER = WaitReason.CUSTOMER.value, WaitReason.CUSTOMER.label
    SUPPLIER = WaitReason.SUPPLIER.value, WaitReason.SUPPLIER.label
    PARTS = WaitReason.PARTS.value, WaitReason.PARTS.label
    OTHER_CASE = WaitReason.OTHER_CASE.value, WaitReason.OTHER_CASE.label
    FORCE_MAJEURE = WaitReason.FORCE_MAJEURE.value, WaitReason.FORCE_MAJEURE.label
    INTERNAL = WaitReason.INTERNAL.value, WaitReason.INTERNAL.label
    RETURNED = "returned", _("sent back to whoever asked")


class RungWhen(models.TextChoices):
    PERCENT = "percent", _("percent of the time")
    BEFORE = "before", _("working minutes before it is due")
    AFTER = "after", _("working minutes after it was due")


class RungTo(models.TextChoices):
    HOLDER = "holder", _("who holds it")
    ASKER = "asker", _("who asked for it")
    LEAD = "lead", _("supervisors of the unit")
    ABOVE = "above", _("supervisors one step up")
    TOP = "top", _("supervisors at the top")


@set_up_with(Permission.PROCESSES)
class Level(BilingualName):
    code = models.SlugField(_("code"), unique=True)
    audience = models.CharField(_("for whom"), max_length=10, choices=Audience.choices, default=Audience.EXTERNAL)
    explanation_zh = models.CharField(_("Chinese explanation"), max_length=300, blank=True)
    explanation_en = models.CharField(_("English explanation"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("service level")
        ordering = ("audience", "code")

    @property
    def explanation(self) -> str:
        return in_language(self.explanation_zh, self.explanation_en)


class LevelVersion(models.Model):
    """What a level says at a time. A published version never changes; promises point to it."""

    level = models.ForeignKey(Level, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=Publishing.choices, default=Publishing.DRAFT)
    on_reopen = models.CharField(
        _("when a case is reopened"), max_length=10, choices=OnReopen.choices, default=OnReopen.CONTINUE
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("level", "-number")
        constraints = (
            models.UniqueConstraint(fields=["level", "number"], name="one_level_version_each"),
            models.UniqueConstraint(fields=["level"], condition=Q(state=Publishing.DRAFT), name="one_draft_a_level"),
        )

    def __str__(self) -> str:
        return f"{self.level.name} v{self.number}"


class Term(models.Model):
    """One target of a level: how much working time, by whose calendar, and what stops it.

    The time is `minutes`, or `days`: until the end of that many working days, not counting the one it begins on.

    A milestone has a code and names of its own; it begins at the opening or when the milestone
    `after` is reached.
    """

    version = models.ForeignKey(LevelVersion, on_delete=models.CASCADE, related_name="terms")
    target = models.CharField(_("target"), max_length=20, choices=Target.choices)
    milestone = models.SlugField(_("milestone"), blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    after = models.SlugField(_("begins after the milestone"), blank=True)
    minutes = models.PositiveIntegerField(
        _("working minutes"), default=0, validators=[MaxValueValidator(A_YEAR_OF_MINUTES)]
    )
    days = models.PositiveSmallIntegerField(
        _("working days"), default=0, db_default=0, validators=[MaxValueValidator(MOST_DAYS)]
    )
    calendar_from = models.CharField(
        _("calendar"), max_length=10, choices=CalendarFrom.choices, default=CalendarFrom.UNIT
    )
    calendar = models.ForeignKey(
        Calendar, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("which calendar")
    )
    pauses_for = ArrayField(models.CharField(max_length=20, choices=PauseReason.choices), default=list, blank=True)
    compensation_zh = models.CharField(_("compensation when broken, Chinese"), max_length=200, blank=True)
    compensation_en = models.CharField(_("compensation when broken, English"), max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["version", "target", "milestone"], name="one_term_each"),
            models.CheckConstraint(
                condition=Q(target=Target.MILESTONE, milestone__gt="")
                | (~Q(target=Target.MILESTONE) & Q(milestone="")),
                name="milestones_have_codes",
            ),
            models.CheckConstraint(
                condition=Q(calendar_from=CalendarFrom.FIXED, calendar__isnull=False)
                | (~Q(calendar_from=CalendarFrom.FIXED) & Q(calendar__isnull=True)),
                name="a_fixed_calendar_is_named",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, days=0) | Q(minutes=0, days__gt=0),
                name="minutes_or_days",
                violation_error_message=_("Say how much working time: minutes, hours or days, at least one."),
            ),
        )

    @property
    def name(self) -> str:
        if self.target == Target.MILESTONE:
            return in_language(self.name_zh, self.name_en) or self.milestone
        return str(Target(self.target).label)

    @property
    def span(self) -> WorkingSpan:
        return WorkingSpan(self.days, self.minutes * 60)

    @property
    def compensation(self) -> str:
        return in_language(self.compensation_zh, self.compensation_en)


class Rung(models.Model):
    """One step of a warning plan and escalation ladder: at which point who is told."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="rungs")
    when = models.CharField(max_length=10, choices=RungWhen.choices, default=RungWhen.PERCENT)
    amount = models.PositiveIntegerField()
    to = models.CharField(max_length=10, choices=RungTo.choices, default=RungTo.HOLDER)
    is_urgent = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)

    def seconds_of(self, total: int) -> int:
        """Working seconds after the start at which this rung is reached; `total` is the promise."""
        if self.when == RungWhen.PERCENT:
            return total * self.amount // 100
        return total + self.amount * (60 if self.when == RungWhen.AFTER else -60)
