"""One notice to customers: how it reads, what became of those sent, and sending it by hand."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ruoshui.cases.models import Case
from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.typed import is_whole
from ruoshui.customers.models import Customer, Tier
from ruoshui.informing.actions import inform_all
from ruoshui.informing.actions.informing import values_of
from ruoshui.informing.actions.sending import words_of
from ruoshui.informing.models import CustomerNotice, Moment, NoticeState, NoticeTemplate
from ruoshui.informing.words import placeholders_of
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import staff_of
from ruoshui.web.studio.doors import found_setting, page_of, sets_up

MOST = 20_000
SMS_ONE, SMS_MORE = 70, 67  # letters of Chinese in a single SMS, and in each part of a longer one


@sets_up(NoticeTemplate)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    template = found_setting(staff, NoticeTemplate, pk=pk)
    sent = CustomerNotice.objects.filter(template=template)
    if not staff.sees_everything(Permission.PROCESSES):
        sent = sent.filter(unit_id__in=staff.units_with(Permission.PROCESSES))
    # Sent by one unit, they may have gone to customers of others: their names are for who sees them anyway.
    shown = sent if staff.sees_everything() else sent.filter(customer__in=customers_visible_to(staff))
    states = dict(sent.values_list("state").annotate(n=Count("pk")))
    context = {
        "template": template,
        "previews": _previews(staff, template),
        "placeholders": placeholders_of(template.moment),
        "states": [(label, states.get(state, 0)) for state, label in NoticeState.choices],
        "rows": list(
            shown.filter(not_hidden(staff, "case_id")).select_related("customer", "template").order_by("-pk")[:50]
        ),
        "tiers": Tier.objects.all(),
        "may_send": template.moment == Moment.BY_HAND and template.is_active,
        "number": request.GET.get("number", ""),
    }
    # Who sends it needs the right where the customers are, not where the words belong.
    return render(
        request, "studio/notice.html", page_of(request, "notices", template, **context) | {"may_change": True}
    )


def _previews(staff: Staff, template: NoticeTemplate) -> list[dict[str, Any]]:
    """How it reads to a customer of each language, with the newest case one may see."""
    case = Case.objects.visible_to(staff).filter(customer__isnull=False).select_related("customer", "unit", "type")
    newest = case.order_by("-pk").first()
    values: dict[str, Any] = {name: f"[{name}]" for name in placeholders_of(template.moment)}
    if newest is not None and template.moment != Moment.APPOINTMENT:
        known = values_of(newest) | {"link": f"{settings.PUBLIC_URL}/case/{newest.number}?code=…"}  # never the code
        values |= {name: known[name] for name in values if name in known}
    shown = []
    for language, word in (("zh-hans", "中文"), ("en", "English")):
        customer = Customer(pk=0, name="许文" if language == "zh-hans" else "Wen Xu", language=language)
        notice = CustomerNotice(template=template, customer=customer, values=values | {"customer": customer.name})
        with translation.override(language):
            subject, text = words_of(notice)
        shown.append(
            {"language": word, "subject": subject, "text": text, "parts": sms_parts(text), "letters": len(text)}
        )
    return shown


def sms_parts(text: str) -> int:
    """How many SMS it costs in Chinese letters; plain English fits 160 and 153."""
    one, more = (160, 153) if text.isascii() else (SMS_ONE, SMS_MORE)
    return 1 if len(text) <= one else -(-len(text) // more)


def _chosen(request: HttpRequest, staff: Staff) -> list[Customer]:
    """Those of the units where one looks after such notices; without a unit, for who looks after all."""
    customers = customers_visible_to(staff).current().select_related("unit")
    if not staff.sees_everything(Permission.PROCESSES):
        customers = customers.filter(unit__in=staff.units_with(Permission.PROCESSES))
    if is_whole(tier := request.POST.get("tier", "")):
        customers = customers.filter(tier=int(tier))
    return list(customers.order_by("pk")[:MOST])


@sets_up(NoticeTemplate)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """To all customers of a tier, or to all."""
    staff = staff_of(request)
    template = found_setting(staff, NoticeTemplate, pk=pk)
    made = inform_all(template, _chosen(request, staff), unit=staff.unit, by=staff.actor, at=timezone.now())
    withheld = sum(notice.state == NoticeState.WITHHELD for notice in made)
    told = ngettext("It goes to {n} customer.", "It goes to {n} customers.", len(made) - withheld)
    refused = _("{n} refuse such notices.").format(n=withheld) if withheld else ""
    messages.success(request, f"{told.format(n=len(made) - withheld)} {refused}".strip())
    return redirect("studio:notice", pk)
