"""API tokens: issued once, shown once, revoked at any time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import NotFound
from ruoshui.core.typed import key_in
from ruoshui.organization.actions import issue_token, revoke_token
from ruoshui.organization.models import ApiToken, Permission, Scope, Staff
from ruoshui.web.access import needs, staff_of


@needs(Permission.SETTINGS)
def index(request: HttpRequest) -> HttpResponse:
    secret = ""
    if request.method == "POST":
        owner = Staff.objects.filter(pk=key_in(request.POST.get("staff")), is_active=True).first() or staff_of(request)
        _token, secret = issue_token(
            owner,
            name=request.POST.get("name", "").strip()[:80] or "API",
            scopes=request.POST.getlist("scope"),
            by=staff_of(request).actor,
            at=timezone.now(),
        )
    tokens = ApiToken.objects.select_related("staff").order_by("-pk")[:200]
    return render(
        request,
        "studio/tokens.html",
        {
            "tokens": [(t, [Scope(s).label for s in t.scopes]) for t in tokens],
            "secret": secret,
            "scopes": Scope.choices,
            "people": Staff.objects.filter(is_active=True)[:300],
            "here": "tokens",
            "place": "settings",
        },
    )


@needs(Permission.SETTINGS)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = ApiToken.objects.filter(pk=pk).first()
    if token is None:
        raise NotFound
    revoke_token(token, by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("The token is revoked; programs that use it are refused from now on."))
    return redirect("studio:tokens")
