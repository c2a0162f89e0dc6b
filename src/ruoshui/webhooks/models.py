"""Who is told of what, and each telling with what came back."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from ruoshui.core.outgoing import refuse_nobodys
from ruoshui.organization.models import Permission, Unit
from ruoshui.organization.models.belonging import set_up_with


class WebhookEvent(models.TextChoices):
    """The kinds of events that may be told outside."""

    OPENED = "cases.opened", _("a case is opened")
    ASSIGNED = "cases.assigned", _("a case is assigned")
    PASSED = "cases.passed", _("a case is passed on")
    REPLIED = "cases.replied", _("the customer is answered")
    CUSTOMER_REPLIED = "cases.customer_replied", _("the customer writes")
    RESOLVED = "cases.resolved", _("a case is resolved")
    CLOSED = "cases.closed", _("a case is closed")
    REOPENED = "cases.reopened", _("a case is reopened")
    BROKEN = "sla.promise_broken", _("a promise is broken")
    ANSWERED = "feedback.survey_answered", _("a survey is answered")


@set_up_with(Permission.SECURITY, "unit")
class Subscription(models.Model):
    """`unit`: of its cases and those below only. The secret is derived, never stored; `generation` makes a new one."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    url = models.URLField(_("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    kinds = ArrayField(
        models.CharField(max_length=40, choices=WebhookEvent.choices), verbose_name=_("told of"), default=list
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("unit"))
    may_be_inside = models.BooleanField(
        _("may be inside the own network"),
        default=False,
        help_text=_("Otherwise addresses of the own machine and network are refused."),
    )
    confidential = models.BooleanField(
        _("tells of confidential cases too"),
        default=False,
        help_text=_("Their number, type and state; needs the right to see them."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    generation = models.PositiveSmallIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("webhook")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.url.startswith("http://") and not self.may_be_inside:
            raise ValidationError({"url": _("Use an https:// address; http:// is for inside the own network only.")})
        refuse_nobodys(url=self.url)

    @property
    def secret(self) -> str:
        return salted_hmac("ruoshui.webhook", f"{self.pk}.{self.generation}", algorithm="sha256").hexdigest()


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("on its way")
    DONE = "done", _("taken")
    FAILED = "failed", _("given up")


@set_up_with(Permission.SECURITY, "subscription__unit")
class Delivery(models.Model):
    """One event told to one subscriber. `status` and `answer`: what came back last."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="deliveries")
    event = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["subscription", "event"], name="one_delivery_an_event"),)
        indexes = (
            models.Index(fields=["next_at", "id"], name="delivery_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["subscription", "-id"], name="delivery_list"),
        )
