"""One's own account: the password, where one is signed in, what happened to it."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.organization.actions import change_own_password, end_sessions, rename_session
from ruoshui.organization.actions.signing_in import NotYourPassword, confirm
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.organization.hashing import TooBusy
from ruoshui.organization.models import SessionEnd
from ruoshui.organization.passwords import LEAST, MOST
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.timeline import account_timeline
from ruoshui.web.workspace.session import remember_browser


@staff_only
def page(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, refusal: Refusal | None = None, field: str = "old") -> HttpResponse:
    """`field`: where a refusal is said that names none."""
    staff, now = staff_of(request), timezone.now()
    errors = {}
    if refusal is not None:
        errors = refusal.errors if isinstance(refusal, Invalid) else {field: [str(refusal)]}
    shown = {
        "errors": errors,
        "least": LEAST,
        "most": MOST,
        "sessions": staff.browser_sessions.filter(ended_at=None).order_by("-seen_at"),
        "this_session": request.session.session_key,
        "tokens": staff.tokens.filter(revoked_at=None, expires_at__gt=now).order_by("expires_at"),
        "record": account_timeline(staff, now),
        "place": "account",
    }
    return render(request, "workspace/account.html", shown, status=refusal.status if refusal else 200)


@staff_only
@require_POST
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    staff, now, key = staff_of(request), timezone.now(), str(request.session.session_key)
    old, new, again = (request.POST.get(name, "") for name in ("old", "password", "again"))
    first = staff.must_change_password
    try:
        change_own_password(staff, old, new, again, keeping=key, at=now)
    except (Invalid, TooBusy, TooManyFailures) as refusal:
        return _shown(request, refusal)
    update_session_auth_hash(request, staff)
    rename_session(key, str(request.session.session_key), at=now)
    messages.success(request, _("Your password is changed. You are signed out everywhere else."))
    response = redirect("workspace:home" if first else "workspace:account")
    remember_browser(request, response, staff)
    return response


@staff_only
@require_POST
@sensitive_post_parameters()
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """Asks for the password: whoever finds a screen unlocked does not shut its owner out."""
    staff, now, key = staff_of(request), timezone.now(), str(request.session.session_key)
    try:
        if not confirm(staff, request.POST.get("present", ""), at=now):
            raise NotYourPassword
    except (NotYourPassword, TooBusy, TooManyFailures) as refusal:
        return _shown(request, refusal, "present")
    ended = end_sessions(staff, SessionEnd.ELSEWHERE, keeping=key, by=staff.actor, at=now)
    words = ngettext("You are signed out in {count} other place.", "You are signed out in {count} other places.", ended)
    messages.success(request, words.format(count=ended))
    return redirect("workspace:account")
