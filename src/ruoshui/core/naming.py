"""Names of things people set up: one in Chinese, one in English, shown by the reader's language."""

from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(zh: str, en: str) -> str:
    """The text for the active language; the other one when it is empty."""
    chinese = (get_language() or "zh").startswith("zh")
    return (zh or en) if chinese else (en or zh)


class Blank(dict[str, Any]):
    """For `str.format_map`: a placeholder without a value stays empty, so that old events can be told."""

    def __missing__(self, key: str) -> str:
        return ""


class BilingualName(models.Model):
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return in_language(self.name_zh, self.name_en)

    def __str__(self) -> str:
        return self.name
