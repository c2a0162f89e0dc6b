"""The code that proves at a kiosk who stands there: printed by staff for a customer whose papers they have seen."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from ruoshui.core.refusals import NotFound
from ruoshui.organization.models import Permission
from ruoshui.queues.actions import customer_code
from ruoshui.web.access import must_look_after_customer, staff_of, staff_only
from ruoshui.web.workspace.customers import visible_customer


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    customer = visible_customer(staff, pk)
    must_look_after_customer(staff, customer, Permission.CUSTOMERS)
    if customer.merged_into_id is not None:
        raise NotFound
    drawing = segno.make(customer_code(customer), error="m").svg_inline(scale=6, border=2, dark="#000", light="#fff")
    # Made of squares by the library: nobody's words are in it.
    context = {"customer": customer, "drawing": mark_safe(drawing), "place": "customers"}  # noqa: S308
    return render(request, "workspace/customer_code.html", context)
