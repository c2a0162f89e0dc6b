"""What only the screens of a branch need: texts in both languages at once, waits in words."""

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from ruoshui.web.branch.showing import waits_in_words

register = template.Library()
WORDS = re.compile(r"""^_\(["'](.*)["']\)$""", re.S)


class Both(template.Node):
    """A text in Chinese and in English; the page shows one of them and may change its mind without the server."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, context: template.Context) -> SafeString:
        return both_of(self.text)


@register.tag
def both(parser: template.base.Parser, token: template.base.Token) -> Both:
    """{% both _("Choose what you need") %}"""
    found = WORDS.match(token.contents.split(None, 1)[1])
    if found is None:
        raise template.TemplateSyntaxError("both needs a text: _(…)")
    return Both(found[1])


def both_of(text: str) -> SafeString:
    with override("zh-hans"):
        chinese = gettext(text)
    with override("en"):
        english = gettext(text)
    return format_html(
        '<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>', chinese, english
    )


@register.filter
def names(thing: Any) -> SafeString:
    """The name of something set up, in both languages."""
    return format_html(
        '<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>',
        thing.name_zh,
        thing.name_en or thing.name_zh,
    )


@register.filter
def hints(business: Any) -> SafeString:
    if not (business.self_service_zh or business.self_service_en):
        return SafeString("")
    return format_html(
        '<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>',
        business.self_service_zh or business.self_service_en,
        business.self_service_en or business.self_service_zh,
    )


@register.filter
def wait_words(seconds: float) -> str:
    return waits_in_words(seconds)


@register.filter
def both_waits(seconds: float) -> SafeString:
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(waits_in_words(seconds))
    return format_html('<span class="zh" lang="zh-Hans">{}</span><span class="en" lang="en">{}</span>', *found)


@register.filter
def minutes_of(seconds: float | None) -> str:
    """With one decimal, for tables."""
    return "—" if seconds is None else f"{seconds / 60:.1f}"


@register.filter
def whole_minutes(seconds: float) -> str:
    return _("{n} min").format(n=max(0, round(seconds / 60)))


@register.filter
def masked(name: str) -> str:
    """A name on a screen that others can read: its first letter only."""
    return f"{name[:1]}**" if name else ""


@register.filter
def faces(pairs: str) -> list[tuple[str, str]]:
    """ "5:mood-happy 1:mood-cry" as pairs."""
    return [(score, name) for score, _colon, name in (pair.partition(":") for pair in pairs.split())]


@register.filter
def since(at: Any, now: Any) -> str:
    """How long ago, in whole minutes."""
    return whole_minutes((now - at).total_seconds()) if at else "—"


# icons: mood-happy, mood-smile, mood-neutral, mood-sad, mood-cry
