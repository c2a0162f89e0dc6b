"""What templates need and nothing more: icons, times in words, states with icon and word."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ruoshui.channels.models import Line, LineKind
from ruoshui.core.remembering import remembered
from ruoshui.organization.models import Unit
from ruoshui.queues.models import Branch
from ruoshui.queues.setup import setup_of
from ruoshui.web.built import address_of
from ruoshui.web.errors import ONCE
from ruoshui.web.faults import fault_words, is_fault

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    drawn = '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return format_html(drawn, extra, address_of("built/icons.svg"), name)


@register.simple_tag(takes_context=True, name="csrf_token")
def form_token(context: template.Context) -> SafeString:
    """In place of Django's tag of this name: whose a form is, and a key by which it is done once (done_once.py)."""
    owner = context.get("owner", "")
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        context.get("csrf_token", ""),
        ONCE,
        f"{owner}.{secrets.token_urlsafe(16)}" if owner else secrets.token_urlsafe(16),
    )


@register.filter
def moment(at: datetime | None) -> str:
    """A point in time as people write it: the time today, the date this year, else with the year."""
    if at is None:
        return "—"
    local, today = timezone.localtime(at), timezone.localtime()
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return clock
    if abs((local.date() - today.date()).days) == 1:
        word = _("yesterday") if local < today else _("tomorrow")
        return f"{word} {clock}"
    form = "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT"
    return f"{formats.date_format(local.date(), form)} {clock}"


@register.filter
def there(at: datetime, branch: Branch) -> datetime:
    """By the clock of the branch: for lists of several branches. `branch` was read with the row."""
    return at.astimezone(setup_of(branch.pk, branch.revision).zone).replace(tzinfo=None)


@register.simple_tag(name="portal_chat")
@remembered
def portal_chat() -> str:
    """The code of the chat that the portal shows: the first that is in use."""
    return Line.objects.filter(kind=LineKind.CHAT, is_active=True).values_list("code", flat=True).first() or ""


@register.filter
def why_of(notice: Any) -> str:
    """Why a notice did not reach its customer, in words; what a provider said stays as it is."""
    words = {
        "opt-out": _("they refuse such notices"),
        "no-way": _("no way that they allow and we know"),
        "too-many": _("too many automatic ones within the hour"),
    }
    if is_fault(notice.why):
        return fault_words(notice.why)
    return str(words.get(notice.why, notice.why))


@register.filter
def refused_why(code: str) -> str:
    """Why a call from outside was not believed."""
    words = {
        "no-secret": _("no secret is set up"),
        "unsigned": _("it carries no signature"),
        "wrong-signature": _("the signature is wrong"),
        "too-old": _("it is too old"),
        "from-the-future": _("it comes from the future"),
        "replayed": _("it was heard before"),
        "too-large": _("it is too large"),
        "malformed": _("it cannot be read"),
        "not-encrypted": _("it is not encrypted"),
        "cannot-decrypt": _("it cannot be decrypted"),
        "another-agent": _("it is for another application"),
    }
    return str(words.get(code, code))


@register.filter
def clock_seconds(seconds: int) -> str:
    """3:20, as telephones show how long was talked."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


@register.filter
def exact(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """The two largest parts: 3 d 4 h, 2 h 5 min, 40 s."""
    if seconds is None:
        return "—"
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    days, rest = divmod(abs(total), 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    if days:
        return _("%(d)s d %(h)s h") % {"d": days, "h": hours} if hours else _("%(d)s d") % {"d": days}
    if hours:
        return _("%(h)s h %(m)s min") % {"h": hours, "m": minutes} if minutes else _("%(h)s h") % {"h": hours}
    return _("%(m)s min") % {"m": minutes} if minutes else _("%(s)s s") % {"s": secs}


@register.filter
def minutes(amount: int | None) -> str:
    """Working minutes in words; a working day is not 24 hours, so nothing is larger than hours."""
    if amount is None:
        return "—"
    hours, rest = divmod(amount, 60)
    if hours and rest:
        return _("%(h)s h %(m)s min") % {"h": hours, "m": rest}
    return _("%(h)s h") % {"h": hours} if hours else _("%(m)s min") % {"m": rest}


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.0f}%"


@register.filter
def plain(number: Decimal) -> str:
    """A decimal without zeros at its end: 0.4, 85, 100."""
    return f"{number.normalize():f}"


@register.filter
def size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(1, count // 1024)} KB"


@register.filter
def initials(name: str) -> str:
    """For an avatar: the first letters, or for a Chinese name its last two characters."""
    name = (name or "?").strip()
    if not name.isascii():
        return name[-2:]
    return "".join(part[0] for part in name.split()[:2]).upper()


@register.filter
def hue(name: str) -> int:
    """A stable colour of its own for everybody, of twelve."""
    return sum(ord(letter) for letter in name or "?") % 12 * 30


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parameters changed; empty ones go."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        parameters[name] = value
        if value in ("", None):
            del parameters[name]
    parameters.pop("after", None) if "after" not in changes else None
    return f"?{parameters.urlencode()}" if parameters else "?"


@register.filter
def counted(number: int) -> str:
    return ngettext("%(n)s case", "%(n)s cases", number) % {"n": number}


@register.simple_tag
def built(name: str) -> str:
    """The address of a built file; it changes when the file does."""
    return address_of(f"built/{name}")


@register.simple_tag
def foreign(name: str) -> str:
    """The address of a static file that came with a package."""
    return address_of(name)


@register.simple_tag(takes_context=True)
def settings_groups(context: template.Context) -> list[Any]:
    from ruoshui.web.studio.menu import settings_menu  # the settings know all domains, few pages need them

    return list(settings_menu(context["staff"]))


@register.filter
def urlquery(parameters: dict[str, str]) -> str:
    return urlencode(parameters)


@register.filter
def indented(unit: Unit, top: int = 0) -> str:
    """A unit in a flat list of the tree, or of the branches of it that begin at the depth `top`."""
    return "\u3000" * (unit.depth - top) + unit.name


@register.filter
def cssshare(share: float) -> str:
    return f"{share * 100:.1f}"


@register.filter
def cssrest(share: float) -> str:
    return f"{100 - share * 100:.1f}"
