"""What a webhook was told, and what came back; once more, or with a new secret."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.queries import hidden_among
from ruoshui.core.refusals import NotFound
from ruoshui.core.typed import is_whole
from ruoshui.web.access import staff_of
from ruoshui.web.studio.doors import own_setting, page_of, sets_up
from ruoshui.webhooks.actions import deliver_again, new_secret
from ruoshui.webhooks.models import Delivery, DeliveryState, Subscription

PAGE = 50


@sets_up(Subscription)
def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = own_setting(staff_of(request), Subscription, pk=pk)
    found = subscription.deliveries.all()
    state = request.GET.get("state", "")
    found = found.filter(state=state) if state in DeliveryState.values else found
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    rows = list(found.order_by("-pk")[: PAGE + 1])
    hidden = hidden_among(staff_of(request), [_case_of(one) for one in rows])
    context = {
        "subscription": subscription,
        "rows": [one for one in rows[:PAGE] if _case_of(one) not in hidden],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "state": state,
        "states": DeliveryState.choices,
    }
    return render(request, "studio/webhook.html", page_of(request, "webhooks", subscription, **context))


def _case_of(delivery: Delivery) -> int | None:
    return case_id_of(str(delivery.body.get("case", "")))


@sets_up(Subscription)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = own_setting(staff_of(request), Delivery, pk=pk)
    if hidden_among(staff_of(request), [_case_of(delivery)]):
        raise NotFound
    deliver_again(delivery, by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("It is told once more."))
    return redirect("studio:webhook", delivery.subscription_id)


@sets_up(Subscription)
@require_POST
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = own_setting(staff_of(request), Subscription, pk=pk)
    new_secret(subscription, by=staff_of(request).actor, at=timezone.now())
    messages.success(request, _("The secret is new; the old one is worth nothing any more."))
    return redirect("studio:webhook", pk)
