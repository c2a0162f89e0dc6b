"""What the frame around every page needs."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from ruoshui.organization.models import SETTING_UP, Permission, Staff
from ruoshui.web.counted import counted
from ruoshui.web.keeping import owner_of
from ruoshui.web.live import sign_topics
from ruoshui.web.middleware import live_url
from ruoshui.web.workspace.phone import extension_of


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    staff = user if isinstance(user, Staff) else None
    chinese = (get_language() or "zh").startswith("zh")
    found: dict[str, Any] = {
        "staff": staff,
        "language": "zh-Hans" if chinese else "en",
        "other_language": ("en", "English") if chinese else ("zh-hans", "中文"),
        "theme": request.COOKIES.get(settings.THEME_COOKIE_NAME, "auto"),
        "theme_cookie": settings.THEME_COOKIE_NAME,
        "live_url": live_url(request),
        "owner": owner_of(request),
    }
    if staff is not None:
        home = next((held.unit for held in staff.held_roles if held.unit_id == staff.unit_id), None)
        if home is not None:
            staff.unit = home  # it came with the roles: the frame names it on every page
        found["may_supervise"] = staff.may(Permission.SUPERVISE)
        found["may_set_up"] = any(staff.may(right) for right in SETTING_UP)
        found["may_edit_customers"] = staff.may(Permission.CUSTOMERS)
        # Only the frame asks for these, and a part that is drawn anew comes without it.
        counts = cache(lambda: counted(staff))
        found["unread"] = lambda: counts()[0]
        found["mails_waiting"] = lambda: counts()[1]
        found["live_topics"] = cache(lambda: sign_topics([f"staff:{staff.pk}"]))
        found["my_extension"] = cache(lambda: extension_of(staff.pk))
        found["saved_views"] = staff.views.all()
    return found
