"""The code that proves at a kiosk who stands there: printed by staff for a customer whose papers they have seen."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from ruoshui.core.refusals import NotFound
from ruoshui.customers.actions import renew_code
from ruoshui.customers.guarding import must_look_after_customer
from ruoshui.organization.models import Permission
from ruoshui.queues.actions import customer_code
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.workspace.customers import visible_customer


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    must_look_after_customer(staff, customer, Permission.CUSTOMERS)
    if customer.merged_into_id is not None:
        raise NotFound
    if request.method == "POST":
        renew_code(customer, by=staff.actor, at=timezone.now())
        messages.success(request, _("This code is new. The one before is no longer good."))
        return redirect("workspace:customer-code", pk)
    drawing = segno.make(customer_code(customer), error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff")
    # Made of squares by the library: nobody's words are in it.
    context = {"customer": customer, "drawing": mark_safe(drawing), "place": "customers"}  # noqa: S308
    return render(request, "workspace/customer_code.html", context)
