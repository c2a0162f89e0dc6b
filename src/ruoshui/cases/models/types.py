from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.cases.schemas import check_form_schema, with_order
from ruoshui.core.naming import BilingualName, in_language
from ruoshui.organization.models import Permission, Skill, Unit
from ruoshui.organization.models.belonging import set_up_with

# icons: bolt, plug, receipt, message-report, message-question, message, device-desktop, credit-card, building-bank
# icons: car, tool, truck, file-text, user, home, phone, shield-half, package, heart
ICONS = (
    "bolt",
    "plug",
    "receipt",
    "message-report",
    "message-question",
    "message",
    "device-desktop",
    "credit-card",
    "building-bank",
    "car",
    "tool",
    "truck",
    "file-text",
    "user",
    "home",
    "phone",
    "shield-half",
    "package",
    "heart",
)


@set_up_with(Permission.PROCESSES, "unit")
class CaseType(BilingualName):
    """A kind of need. `form` is a JSON Schema; `unit` handles it when nothing else is said."""

    code = models.SlugField(unique=True)
    explanation_zh = models.CharField(_("what it is for (Chinese)"), max_length=200, blank=True)
    explanation_en = models.CharField(_("what it is for (English)"), max_length=200, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="message", choices=[(name, name) for name in ICONS])
    form = models.JSONField(_("form"), default=dict, blank=True, validators=[check_form_schema])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("skill needed"))
    priority = models.CharField(
        _("priority"),
        max_length=10,
        default="normal",
        choices=[("low", _("low")), ("normal", _("normal")), ("high", _("high")), ("urgent", _("urgent"))],
    )
    reopen_days = models.PositiveSmallIntegerField(
        _("may be reopened for (days)"),
        default=14,
        help_text=_("A customer who answers later gets a new, linked case."),
    )
    is_public = models.BooleanField(_("offered on the portal"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = _("case type")
        ordering = ("position", "code")

    def clean(self) -> None:
        self.form = with_order(self.form)

    @property
    def explanation(self) -> str:
        return in_language(self.explanation_zh, self.explanation_en)


@set_up_with(Permission.PROCESSES)
class Macro(BilingualName):
    """A prepared answer. {customer} and {number} are filled in; `then` follows the reply."""

    body_zh = models.TextField(_("text (Chinese)"), max_length=4000)
    body_en = models.TextField(_("text (English)"), max_length=4000, blank=True)
    then = models.CharField(
        _("and then"),
        max_length=10,
        default="reply",
        choices=[("reply", _("nothing more")), ("wait", _("wait for the customer")), ("resolve", _("resolve"))],
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("prepared answer")
        ordering = ("pk",)

    @property
    def body(self) -> str:
        return in_language(self.body_zh, self.body_en)
