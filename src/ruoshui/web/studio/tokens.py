"""API tokens: issued for a time, shown once, revoked at any time."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.core.typed import key_in
from ruoshui.organization.actions import issue_token, revoke_token
from ruoshui.organization.actions.tokens import LASTS
from ruoshui.organization.guarding import seen_in_settings
from ruoshui.organization.models import ApiToken, Scope, Staff
from ruoshui.web.access import staff_of
from ruoshui.web.studio.doors import own_units, sets_up

LASTING = (30, 90, 180, 365)  # days


@sets_up(ApiToken)
def index(request: HttpRequest) -> HttpResponse:
    secret, staff, now = "", staff_of(request), timezone.now()
    if request.method == "POST":
        _token, secret = issue_token(
            _owner(request, staff),
            name=request.POST.get("name", "").strip()[:80] or "API",
            scopes=request.POST.getlist("scope"),
            expires_at=_end(request, now),
            by=staff.actor,
            at=now,
        )
    tokens = _tokens(staff).select_related("staff").order_by("-pk")[:200]
    return render(
        request,
        "studio/tokens.html",
        {
            "tokens": [(t, [Scope(s).label for s in t.scopes]) for t in tokens],
            "secret": secret,
            "now": now,
            "lasting": LASTING,
            "scopes": Scope.choices,
            "people": [staff, *_service_accounts(staff)[:300]],
            "here": "tokens",
            "place": "settings",
        },
    )


def _end(request: HttpRequest, now: datetime) -> datetime:
    days = key_in(request.POST.get("days", str(LASTS.days)))
    if days not in LASTING:
        raise Invalid({"days": [_("Choose from the list how long the token lasts.")]})
    return now + timedelta(days=days)


def _tokens(staff: Staff) -> QuerySet[ApiToken]:
    """Those of the units one looks after, and one's own."""
    return seen_in_settings(staff, ApiToken) | ApiToken.objects.filter(staff=staff)


def _service_accounts(staff: Staff) -> QuerySet[Staff]:
    return Staff.objects.filter(is_service=True, is_active=True, unit__in=own_units(staff, ApiToken))


def _owner(request: HttpRequest, staff: Staff) -> Staff:
    """Oneself, where nobody is named; whoever may not have one from here is refused by the verb."""
    wanted = key_in(request.POST.get("staff")) or staff.pk
    owner = Staff.objects.select_related("unit").filter(pk=wanted, is_active=True).first()
    if owner is None:
        raise NotFound
    return owner


@sets_up(ApiToken)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = _tokens(staff_of(request)).filter(pk=pk).first()
    if token is None:
        raise NotFound
    revoke_token(token, by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("The token is revoked; programs that use it are refused from now on."))
    return redirect("studio:tokens")
