from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ruoshui.customers.contacts import ContactKind
from ruoshui.customers.models.customers import Customer


class Way(models.TextChoices):
    """How a customer can be told something."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom")
    LETTER = "letter", _("letter on paper")


CONTACT_OF = {
    Way.EMAIL: ContactKind.EMAIL,
    Way.SMS: ContactKind.PHONE,
    Way.WECHAT: ContactKind.WECHAT,
    Way.WECOM: ContactKind.WECOM,
    Way.LETTER: ContactKind.ADDRESS,
}


class Wish(models.Model):
    """How a customer wants to be told things. `order`: the ways they like, best first; `refused`: never by these.

    `optional` false: nothing but what their own requests are about. Quiet from and until are their local wall clock.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="wish")
    order = ArrayField(models.CharField(max_length=8, choices=Way.choices), default=list, blank=True)
    refused = ArrayField(models.CharField(max_length=8, choices=Way.choices), default=list, blank=True)
    optional = models.BooleanField(_("offers and greetings too"), default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("how they want to be told")
