"""One's own account: the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import Invalid, Refusal
from ruoshui.organization.actions import change_own_password
from ruoshui.organization.guessing import TooManyFailures
from ruoshui.organization.hashing import TooBusy
from ruoshui.organization.passwords import LEAST, MOST
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.workspace.session import remember_browser


@staff_only
def page(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    errors = {}
    if refusal is not None:
        errors = refusal.errors if isinstance(refusal, Invalid) else {"old": [str(refusal)]}
    shown = {"errors": errors, "least": LEAST, "most": MOST, "place": "account"}
    return render(request, "workspace/account.html", shown, status=refusal.status if refusal else 200)


@staff_only
@require_POST
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    old, new, again = (request.POST.get(name, "") for name in ("old", "password", "again"))
    first = staff.must_change_password
    try:
        change_own_password(staff, old, new, again, at=timezone.now())
    except (Invalid, TooBusy, TooManyFailures) as refusal:
        return _shown(request, refusal)
    update_session_auth_hash(request, staff)
    messages.success(request, _("Your password is changed. You are signed out everywhere else."))
    response = redirect("workspace:home" if first else "workspace:account")
    remember_browser(request, response, staff)
    return response
