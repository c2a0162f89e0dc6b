"""What customers are told at which moment, and every time one was."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.core.naming import BilingualName
from ruoshui.customers.models import Customer, Way
from ruoshui.informing.words import check_words
from ruoshui.organization.models import Permission
from ruoshui.organization.models.belonging import set_up_with


class Moment(models.TextChoices):
    OPENED = "opened", _("a case is opened")
    REPLIED = "replied", _("there is an answer")
    WAITING = "waiting", _("we wait for the customer")
    RESOLVED = "resolved", _("a case is resolved")
    CLOSED = "closed", _("a case is closed")
    LATE = "late", _("a promise is broken")
    SURVEY = "survey", _("we ask how satisfied they are")
    APPOINTMENT = "appointment", _("an appointment is near")
    BY_HAND = "by_hand", _("when somebody sends it")


@set_up_with(Permission.PROCESSES)
class NoticeTemplate(BilingualName):
    """`type`: the code of the case type it is for, empty for any. `is_optional`: offers and greetings, which a customer
    may refuse; they keep to the quiet hours and carry a way to stop them.
    """

    code = models.SlugField(_("code"), unique=True, max_length=40)
    moment = models.CharField(_("moment"), max_length=12, choices=Moment.choices)
    type = models.SlugField(_("case type"), blank=True)
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=120)
    subject_en = models.CharField(_("subject (English)"), max_length=120, blank=True)
    body_zh = models.TextField(_("text (Chinese)"), max_length=2000)
    body_en = models.TextField(_("text (English)"), max_length=2000, blank=True)
    first_way = models.CharField(_("first by"), max_length=8, choices=Way.choices, blank=True)
    ways = ArrayField(
        models.CharField(max_length=8, choices=Way.choices),
        verbose_name=_("ways, for customers without a preference"),
        default=list,
        help_text=_("After the first: e-mail, SMS, WeChat, WeCom, letter, each when the one before failed."),
    )
    is_optional = models.BooleanField(
        _("an offer or a greeting"), default=False, help_text=_("Not sent to who refuses such; keeps to quiet hours.")
    )
    is_urgent = models.BooleanField(_("also in quiet hours"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("notice to customers")
        ordering = ("moment", "code")

    @property
    def usual_ways(self) -> list[str]:
        first = [self.first_way] if self.first_way else []
        return [*first, *(way for way in Way.values if way in self.ways and way not in first)]

    def clean(self) -> None:
        errors = {}
        for name in ("subject_zh", "subject_en", "body_zh", "body_en"):
            if wrong := check_words(getattr(self, name), self.moment):
                errors[name] = wrong
        if not self.ways:
            errors["ways"] = str(_("Choose one way at least."))
        if errors:
            raise ValidationError(errors)


class NoticeState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    WITHHELD = "withheld", _("withheld")
    FAILED = "failed", _("reached them by no way")


class CustomerNotice(models.Model):
    """One customer told one thing. `values` fill the words; `tried`: the ways so far, the last one is under way.

    `out` is the row of the channel that carries it. `why`: the reason for withholding, or what the last way said.
    """

    template = models.ForeignKey(NoticeTemplate, on_delete=models.PROTECT, related_name="notices")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notices")
    case_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField()
    event = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    why = models.CharField(max_length=300, blank=True)
    tried = ArrayField(models.CharField(max_length=8, choices=Way.choices), default=list)
    out = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["template", "event", "customer"], name="one_notice_an_event"),)
        indexes = (
            models.Index(fields=["next_at", "id"], name="notice_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["customer", "-id"], name="customer_notice"),
            models.Index(fields=["template", "-id"], name="template_notice"),
            models.Index(fields=["case_id"], name="case_notice", condition=Q(case_id__isnull=False)),
            models.Index(fields=["sent_at"], name="notice_sent", condition=Q(state=NoticeState.SENT)),
        )

    @property
    def way(self) -> str:
        return self.tried[-1] if self.tried else ""

    @property
    def way_label(self) -> str:
        return str(Way(self.way).label) if self.way in Way.values else ""
