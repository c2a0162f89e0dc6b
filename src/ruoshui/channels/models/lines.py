"""Lines that customers send messages over: a number for SMS, an account with WeChat or WeCom, a chat on a web page."""

import os
import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.secret_names import in_the_environment, refuse_shared_secret
from ruoshui.core.naming import BilingualName, in_language
from ruoshui.core.outgoing import refuse_nobodys
from ruoshui.organization.models import Permission, Unit
from ruoshui.organization.models.belonging import set_up_with

SITE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


class LineKind(models.TextChoices):
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    CHAT = "chat", _("web chat")


@set_up_with(Permission.SECURITY, "unit")
class Line(BilingualName):
    """`type` is the code of the case type that a first message opens. What is secret is no row of ours: see `secret`.

    `access_token` is what WeChat and WeCom lend for two hours, until `access_until`.
    """

    code = models.SlugField(_("code"), unique=True, max_length=30)
    kind = models.CharField(_("kind"), max_length=8, choices=LineKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit"))
    type = models.SlugField(_("case type of a first message"))
    account = models.CharField(
        _("account"),
        max_length=100,
        blank=True,
        help_text=_("The number for SMS, the AppID with WeChat, the CorpID with WeCom."),
    )
    agent = models.CharField(_("agent"), max_length=60, blank=True, help_text=_("The AgentId with WeCom."))
    address = models.URLField(
        _("address of the provider"),
        max_length=300,
        blank=True,
        help_text=_("Where SMS go to. Empty: the usual servers of WeChat and WeCom."),
    )
    sites = models.TextField(
        _("sites with the chat"),
        blank=True,
        help_text=_("One a line, such as https://www.example.com; only these may show it."),
    )
    greeting_zh = models.CharField(_("greeting (Chinese)"), max_length=300, blank=True)
    greeting_en = models.CharField(_("greeting (English)"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    access_token = models.CharField(max_length=600, blank=True, editable=False)
    access_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("message line")
        ordering = ("code",)

    def clean(self) -> None:
        refuse_shared_secret(self)
        self.sites = "\n".join(line.strip().rstrip("/") for line in self.sites.splitlines() if line.strip())
        if wrong := [line for line in self.sites.splitlines() if not SITE.fullmatch(line)]:
            raise ValidationError(
                {"sites": _("“%s” is no site. Write https:// and the host, nothing more.") % wrong[0]}
            )
        if self.kind == LineKind.SMS and not self.address:
            raise ValidationError({"address": _("SMS need the address of a provider.")})
        if self.kind in (LineKind.WECHAT, LineKind.WECOM) and not self.account:
            raise ValidationError({"account": _("Enter the AppID or CorpID of the account.")})
        refuse_nobodys(address=self.address)

    @property
    def greeting(self) -> str:
        return in_language(self.greeting_zh, self.greeting_en)

    def secret_name(self, what: str) -> str:
        return f"RUOSHUI_LINE_{in_the_environment(self.code)}_{what}"

    def secret(self, what: str = "SECRET") -> str:
        """From the environment: SECRET, and with WeChat and WeCom TOKEN and AES_KEY."""
        return os.environ.get(self.secret_name(what), "")
