"""A customer's own page: how they want to be told things, and no more offers. Reached by the link in a notice."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.core.refusals import Invalid, NotFound
from ruoshui.customers.actions import wish
from ruoshui.informing.stopping import customer_of
from ruoshui.web.wishing import shown_wish, wishes_in


def page(request: HttpRequest, token: str) -> HttpResponse:
    customer = customer_of(token)
    if customer is None:
        raise NotFound
    wrong = ""
    if request.method == "POST":
        try:
            values = {"optional": False} if "stop" in request.POST else wishes_in(request.POST)
            wish(customer, values, by=customer.actor, at=timezone.now())
        except Invalid as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("We keep to it from now on."))
            return redirect("portal:wishes", token)
    context = {"customer": customer, "wrong": wrong, **shown_wish(customer)}
    return render(request, "portal/wishes.html", context, status=422 if wrong else 200)
