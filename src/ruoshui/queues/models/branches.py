"""What a branch offers and how it orders those who wait."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.models import CaseType
from ruoshui.cases.models.types import ICONS
from ruoshui.core.naming import BilingualName, in_language
from ruoshui.organization.models import Calendar, Permission, Staff, Unit
from ruoshui.organization.models.belonging import set_up_with

LANGUAGES = ("zh-hans", "en")
SPOKEN_ZH = "请{number}号到{counter}号窗口"
SPOKEN_EN = "Number {number}, please go to counter {counter}"


def default_languages() -> list[str]:
    return list(LANGUAGES)


def check_spoken(text: str) -> None:
    """What is spoken must name number and counter, and nothing we cannot fill in."""
    try:
        spoken = text.format(number="#N#", counter="#C#")
    except (KeyError, ValueError, IndexError) as wrong:
        raise ValidationError(_("Only {number} and {counter} can be filled in.")) from wrong
    if "#N#" not in spoken or "#C#" not in spoken:
        raise ValidationError(_("Say {number} and {counter}, else nobody knows who is called where."))


@set_up_with(Permission.BRANCHES)
class ServiceClass(BilingualName):
    """Ordinary, gold, private …: a customer's tier decides the class, the class the place in the queue.

    The class with the highest demand that the tier meets is taken: tier rank 1 is the best tier.
    """

    code = models.SlugField(unique=True)
    tier_rank = models.PositiveSmallIntegerField(
        _("for tiers up to rank"),
        null=True,
        blank=True,
        help_text=_("Customers whose tier has this rank or a better one. Empty: everybody."),
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=5, help_text=_("Under the strict rule a lower rank is always called first.")
    )
    bonus_minutes = models.PositiveSmallIntegerField(
        _("bonus (minutes)"),
        default=0,
        validators=[MaxValueValidator(240)],
        help_text=_("Under the ageing rule the class counts as having come so much earlier. Customers can read this."),
    )

    class Meta:
        verbose_name = _("customer class")
        ordering = ("rank", "pk")


@set_up_with(Permission.BRANCHES)
class Business(BilingualName):
    """What customers come to a branch for. Serving it opens a case of `type`."""

    code = models.SlugField(unique=True)
    icon = models.CharField(_("icon"), max_length=40, default="message", choices=[(name, name) for name in ICONS])
    type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="businesses", verbose_name=_("case type"))
    usual_minutes = models.PositiveSmallIntegerField(
        _("usual service (minutes)"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
        help_text=_("Predicts waits until the branch has learned from its own customers."),
    )
    self_service_zh = models.CharField(_("self-service hint (Chinese)"), max_length=160, blank=True)
    self_service_en = models.CharField(_("self-service hint (English)"), max_length=160, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("business")
        ordering = ("position", "code")

    @property
    def self_service(self) -> str:
        return in_language(self.self_service_zh, self.self_service_en)


class OrderRule(models.TextChoices):
    AGEING = "ageing", _("ageing: by arrival, classes with a bonus")
    STRICT = "strict", _("strict: a better class always first")


class BranchQuerySet(models.QuerySet["Branch"]):
    def visible_to(self, staff: Staff) -> "BranchQuerySet":
        """The one door: branches of the units the staff member reaches."""
        return self if staff.sees_everything() else self.filter(unit__in=staff.units_with())


@set_up_with(Permission.BRANCHES, "unit")
class Branch(models.Model):
    """A unit with a hall. `seq` counts the changes to its tickets and counters; verbs that change them lock this row.

    `learned` counts the times waits were learned anew, so that each process notices; `revision` is the moment of the
    last change to what is set up, in microseconds.
    """

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="branch", verbose_name=_("unit"))
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("opening hours"),
        help_text=_("Empty: the calendar of the unit"),
    )
    order_rule = models.CharField(_("order"), max_length=10, choices=OrderRule.choices, default=OrderRule.AGEING)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"), default=default_languages)
    welcome_zh = models.CharField(_("welcome (Chinese)"), max_length=120, blank=True)
    welcome_en = models.CharField(_("welcome (English)"), max_length=120, blank=True)
    spoken_zh = models.CharField(_("call (Chinese)"), max_length=120, default=SPOKEN_ZH, validators=[check_spoken])
    spoken_en = models.CharField(_("call (English)"), max_length=120, default=SPOKEN_EN, validators=[check_spoken])
    slot_minutes = models.PositiveSmallIntegerField(
        _("appointment every (minutes)"), default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    slot_places = models.PositiveSmallIntegerField(
        _("appointments at a time"), default=2, help_text=_("For each business. 0: no appointments.")
    )
    appointment_bonus_minutes = models.PositiveSmallIntegerField(
        _("bonus of an appointment (minutes)"),
        default=10,
        validators=[MaxValueValidator(120)],
        help_text=_("Who comes in time counts as having come so long before the appointed time."),
    )
    late_minutes = models.PositiveSmallIntegerField(
        _("appointment kept for (minutes)"), default=10, help_text=_("Who comes later than this queues like others.")
    )
    appointments_a_day = models.PositiveSmallIntegerField(
        _("appointments of a customer a day"),
        default=1,
        db_default=1,
        validators=[MaxValueValidator(50)],
        help_text=_("For one business, in all branches together. 0: no limit."),
    )
    missed_minutes = models.PositiveSmallIntegerField(
        _("not come after (minutes)"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
        help_text=_("Who has not arrived so long after the appointed time counts as not come."),
    )
    missed_most = models.PositiveSmallIntegerField(
        _("online booking paused after (times not come)"),
        default=3,
        db_default=3,
        validators=[MaxValueValidator(50)],
        help_text=_("Staff can still book for the customer. 0: never paused."),
    )
    missed_days = models.PositiveSmallIntegerField(
        _("counted over (days)"),
        default=90,
        db_default=90,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
    )
    paused_days = models.PositiveSmallIntegerField(
        _("paused for (days)"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(1), MaxValueValidator(730)],
        help_text=_("From the last time they did not come."),
    )
    target_minutes = models.PositiveSmallIntegerField(
        _("wait aimed at (minutes)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    target_percent = models.PositiveSmallIntegerField(
        _("for so many (%)"), default=80, validators=[MinValueValidator(10), MaxValueValidator(99)]
    )
    is_active = models.BooleanField(_("in use"), default=True)
    seq = models.BigIntegerField(default=0, editable=False)
    learned = models.IntegerField(default=0, editable=False)
    revision = models.BigIntegerField(default=0, editable=False)
    drifted_at = models.DateTimeField(null=True, editable=False)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = _("branch")
        ordering = ("unit__path",)

    def __str__(self) -> str:
        return self.unit.name

    def clean(self) -> None:
        if (self.missed_minutes or 0) < (self.late_minutes or 0):  # None is told at its field
            raise ValidationError(
                {"missed_minutes": [_("Not less than the appointment is kept for: who is in time has missed nothing.")]}
            )

    @property
    def name(self) -> str:
        return self.unit.name

    @property
    def welcome(self) -> str:
        return in_language(self.welcome_zh, self.welcome_en)

    def spoken(self, language: str) -> str:
        return self.spoken_en if language.startswith("en") else self.spoken_zh

    def live_topics(self) -> list[str]:
        return [f"branch:{self.pk}"]


@set_up_with(Permission.BRANCHES, "branch__unit")
class Queue(models.Model):
    """One business for one class in one branch; its numbers begin with `prefix` and start anew each day."""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="queues")
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="queues", verbose_name=_("business"))
    service_class = models.ForeignKey(
        ServiceClass, on_delete=models.PROTECT, related_name="queues", verbose_name=_("customer class")
    )
    prefix = models.CharField(
        _("letters"), max_length=3, validators=[RegexValidator(r"^[A-Z]{1,3}$", _("One to three letters from A to Z."))]
    )
    first_number = models.PositiveSmallIntegerField(
        _("first number"), default=1, validators=[MinValueValidator(1), MaxValueValidator(900)]
    )
    is_active = models.BooleanField(_("in use"), default=True)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    numbered_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("queue")
        ordering = ("business__position", "service_class__rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=["branch", "business", "service_class"], name="one_queue_each"),
            models.UniqueConstraint(fields=["branch", "prefix"], name="one_queue_a_prefix"),
        )

    @property
    def name(self) -> str:
        return f"{self.business.name} · {self.service_class.name}"
