"""Telephone: exchanges, who sits at which extension, calls, and who wants to be called back."""

import os

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.leasing import Watched
from ruoshui.channels.secret_names import in_the_environment, refuse_shared_secret
from ruoshui.core.naming import BilingualName
from ruoshui.core.outgoing import refuse_nobodys
from ruoshui.customers.models import Customer
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.organization.models.belonging import set_up_with


class ExchangeKind(models.TextChoices):
    AMI = "ami", _("Asterisk (AMI)")
    SIGNED = "signed", _("signed calls (webhook)")


@set_up_with(Permission.SECURITY, "unit")
class Exchange(BilingualName, Watched):
    """A telephone exchange whose calls we hear of. `type` is the code of the case type offered for a new matter."""

    code = models.SlugField(_("code"), unique=True, max_length=30)
    kind = models.CharField(_("kind"), max_length=8, choices=ExchangeKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit"))
    type = models.SlugField(_("case type of a new matter"))
    host = models.CharField(_("server"), max_length=200, blank=True, help_text=_("With Asterisk: where AMI listens."))
    port = models.PositiveIntegerField(
        _("port"), default=5038, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    user = models.CharField(_("user"), max_length=100, blank=True)
    technology = models.CharField(_("channel technology"), max_length=20, default="PJSIP")
    context = models.CharField(_("dial plan context"), max_length=80, default="from-internal")
    address = models.URLField(
        _("address for dialling"), max_length=300, blank=True, help_text=_("With signed calls: told what to dial.")
    )
    recordings = models.URLField(
        _("address of recordings"), max_length=300, blank=True, help_text=_("Put before the name of a recording.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("telephone exchange")
        ordering = ("code",)

    def clean(self) -> None:
        if self.kind == ExchangeKind.AMI and not self.host:
            raise ValidationError({"host": _("Enter the server where AMI listens.")})
        refuse_nobodys(host=self.host, address=self.address)
        refuse_shared_secret(self)

    @property
    def secret_name(self) -> str:
        return f"RUOSHUI_EXCHANGE_{in_the_environment(self.code)}_SECRET"

    @property
    def secret(self) -> str:
        return os.environ.get(self.secret_name, "")


@set_up_with(Permission.SECURITY, "exchange__unit")
class Extension(models.Model):
    """Whose telephone it is."""

    exchange = models.ForeignKey(
        Exchange, on_delete=models.CASCADE, related_name="extensions", verbose_name=_("telephone exchange")
    )
    number = models.CharField(
        _("extension"), max_length=20, validators=[RegexValidator(r"^[0-9A-Za-z_.-]+$", _("Digits and letters only."))]
    )
    staff = models.OneToOneField(
        Staff, on_delete=models.CASCADE, related_name="extension", verbose_name=_("staff member")
    )

    class Meta:
        verbose_name = _("extension")
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["exchange", "number"], name="one_owner_an_extension"),)

    def __str__(self) -> str:
        return self.number


class Direction(models.TextChoices):
    IN = "in", _("incoming")
    OUT = "out", _("outgoing")


class CallState(models.TextChoices):
    RINGING = "ringing", _("ringing")
    TALKING = "talking", _("talking")
    ENDED = "ended", _("hung up")
    MISSED = "missed", _("missed")


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, staff: Staff) -> "CallQuerySet":
        """Of the exchanges of units in reach, and one's own: but for those about a case that is kept from one."""
        seen = self.filter(not_hidden(staff, "case_id"))
        if staff.sees_everything():
            return seen
        return seen.filter(Q(exchange__unit__in=staff.units_with()) | Q(staff=staff))

    def going_on(self) -> "CallQuerySet":
        return self.filter(state__in=(CallState.RINGING, CallState.TALKING))


class Call(models.Model):
    """`key` is the exchange's number of the call, `number` the other party's as it came, `normal` as contacts are
    compared. `ringing`: the extensions that ring or rang last; `staff` answered it last.
    """

    exchange = models.ForeignKey(Exchange, on_delete=models.PROTECT, related_name="calls")
    key = models.CharField(max_length=120)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    number = models.CharField(max_length=40, blank=True)
    normal = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="calls")
    ringing = ArrayField(models.CharField(max_length=20), default=list)
    extension = models.CharField(max_length=20, blank=True)
    staff = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="calls")
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.RINGING)
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    recording = models.CharField(max_length=400, blank=True)
    notes = models.TextField(max_length=4000, blank=True)
    case_id = models.BigIntegerField(null=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=["exchange", "key"], name="one_call_each"),)
        indexes = (
            models.Index(fields=["staff", "-id"], name="call_staff"),
            models.Index(fields=["customer", "-id"], name="call_customer"),
            models.Index(fields=["exchange", "state"], name="call_going_on", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["case_id"], name="call_case", condition=Q(case_id__isnull=False)),
        )

    @property
    def seconds(self) -> int | None:
        """How long was talked; None until it ended, or when nobody answered."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.answered_at).total_seconds())

    @property
    def recording_url(self) -> str:
        """Where the recording can be heard: as told, or beside the others of its exchange."""
        if self.recording.startswith(("https://", "http://")):
            return self.recording
        base = self.exchange.recordings
        return f"{base.rstrip('/')}/{self.recording.rpartition('/')[2]}" if self.recording and base else ""

    def live_topics(self) -> list[str]:
        known = Extension.objects.filter(exchange=self.exchange_id, number__in={*self.ringing, self.extension})
        topics = [f"staff:{pk}" for pk in known.values_list("staff_id", flat=True)]
        return [*topics, *([f"case:{self.case_id}"] if self.case_id else [])]


class Dial(models.Model):
    """Somebody pressed a number: their telephone rings first, then the other side's. `next_at` until it was tried."""

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE)
    number = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    placed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (models.Index(fields=["next_at"], name="dial_due", condition=Q(next_at__isnull=False)),)


class CallBackState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    TAKEN = "taken", _("being called")
    DONE = "done", _("reached")
    GIVEN_UP = "given_up", _("given up")


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def visible_to(self, staff: Staff) -> "CallBackQuerySet":
        seen = self if staff.sees_everything() else self.filter(unit__in=staff.units_with())
        return seen.filter(not_hidden(staff, "case_id", "call__case_id"))

    def owed(self) -> "CallBackQuerySet":
        return self.filter(state__in=(CallBackState.WAITING, CallBackState.TAKEN))


class CallBack(models.Model):
    """Somebody wants to be called: they were missed, or asked for it. `tries`: how often nobody answered."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    normal = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="call_backs")
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True)
    case_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    wanted_at = models.DateTimeField()
    not_before = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CallBackState.choices, default=CallBackState.WAITING)
    taken_by = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        ordering = ("not_before", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "normal"], name="one_call_back_owed", condition=Q(state__in=("waiting", "taken"))
            ),
        )
        indexes = (models.Index(fields=["unit", "not_before"], name="call_back_owed"),)
