"""Addresses that customers write to."""

import os
from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.channels.leasing import Watched
from ruoshui.channels.secret_names import in_the_environment, refuse_shared_secret
from ruoshui.core.naming import BilingualName
from ruoshui.core.outgoing import refuse_nobodys
from ruoshui.organization.models import Permission, Unit
from ruoshui.organization.models.belonging import set_up_with


@set_up_with(Permission.SECURITY, "unit")
class Mailbox(BilingualName, Watched):
    """`type` is the code of the case type that a new mail opens; `seen_uid` how far the IMAP folder was read, but for
    `missed_uids`, which could not be fetched and are tried again at each look.

    The password is no row of ours: it is the environment variable `password_name`.
    """

    code = models.SlugField(_("code"), unique=True, max_length=30)
    address = models.EmailField(_("address"), unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, verbose_name=_("unit"))
    type = models.SlugField(_("case type of a new mail"))
    plus_addresses = models.BooleanField(
        _("name+something@ arrives too"),
        default=True,
        help_text=_("Answers then carry a signed address and find their case whatever the mail program does."),
    )
    imap_host = models.CharField(_("IMAP server"), max_length=200, blank=True)
    imap_port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    imap_tls = models.BooleanField(_("encrypted"), default=True)
    imap_user = models.CharField(_("user"), max_length=200, blank=True)
    imap_folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    auth_server = models.CharField(
        _("name of the own mail server"),
        max_length=200,
        blank=True,
        help_text=_("As it stands first in Authentication-Results; empty: SPF, DKIM and DMARC are not looked at."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    seen_validity = models.BigIntegerField(null=True, editable=False)
    seen_uid = models.BigIntegerField(default=0, editable=False)
    missed_uids = ArrayField(models.BigIntegerField(), default=list, editable=False)

    class Meta:
        verbose_name = _("mailbox")
        ordering = ("code",)

    def clean(self) -> None:
        refuse_nobodys(imap_host=self.imap_host)
        refuse_shared_secret(self)

    @property
    def password_name(self) -> str:
        return f"RUOSHUI_MAIL_{in_the_environment(self.code)}_PASSWORD"

    @property
    def password(self) -> str:
        return os.environ.get(self.password_name, "")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@set_up_with(Permission.SECURITY)
class BlockedHost(models.Model):
    """A host, with all below it, that no honest customer links to."""

    host = models.CharField(_("host"), max_length=190, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("blocked host")
        ordering = ("host",)

    def __str__(self) -> str:
        return self.host

    def clean(self) -> None:
        self.host = self.host.strip().lower()


@set_up_with(Permission.SECURITY)
class BlockedFile(models.Model):
    """A file that nobody means well with, by the SHA-256 of its content."""

    digest = models.CharField(
        _("SHA-256"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 digits and letters from a to f."))],
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("blocked file")
        ordering = ("digest",)

    def __str__(self) -> str:
        return self.digest

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        self.digest = self.digest.strip().lower()
        super().clean_fields(exclude)
