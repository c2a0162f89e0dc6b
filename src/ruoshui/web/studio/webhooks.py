"""What a webhook was told, and what came back; once more, or with a new secret."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.refusals import NotFound
from ruoshui.core.typed import is_whole
from ruoshui.organization.models import Permission
from ruoshui.web.access import needs, staff_of
from ruoshui.webhooks.actions import deliver_again, new_secret
from ruoshui.webhooks.models import Delivery, DeliveryState, Subscription

PAGE = 50


def _found(pk: int) -> Subscription:
    subscription = Subscription.objects.filter(pk=pk).select_related("unit").first()
    if subscription is None:
        raise NotFound
    return subscription


@needs(Permission.SETTINGS)
def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = _found(pk)
    found = subscription.deliveries.all()
    state = request.GET.get("state", "")
    found = found.filter(state=state) if state in DeliveryState.values else found
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    context = {
        "subscription": subscription,
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "state": state,
        "states": DeliveryState.choices,
        "here": "webhooks",
        "place": "settings",
    }
    return render(request, "studio/webhook.html", context)


@needs(Permission.SETTINGS)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = Delivery.objects.filter(pk=pk).first()
    if delivery is None:
        raise NotFound
    deliver_again(delivery, by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("It is told once more."))
    return redirect("studio:webhook", delivery.subscription_id)


@needs(Permission.SETTINGS)
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    new_secret(_found(pk), by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("The secret is new; the old one is worth nothing any more."))
    return redirect("studio:webhook", pk)
