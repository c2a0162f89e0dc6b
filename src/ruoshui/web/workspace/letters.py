"""Letters on paper: the queue of the printer, the sheets for window envelopes, and writing one in a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ruoshui.cases.actions import note_case, reply_case
from ruoshui.cases.models import Case, Channel
from ruoshui.channels.actions import mark_letters, write_letter
from ruoshui.channels.models import PaperLetter, PaperState
from ruoshui.core.refusals import Invalid
from ruoshui.core.typed import is_whole
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import add_contact
from ruoshui.customers.contacts import ContactKind
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import needs, staff_of
from ruoshui.web.printing import can_print, pdf_response
from ruoshui.web.workspace.mail import counts_of
from ruoshui.web.workspace.verbs import on_case

MOST = 200


@needs(Permission.WORK)
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    state = request.GET.get("state", PaperState.WAITING)
    state = state if state in PaperState.values else PaperState.WAITING
    letters = PaperLetter.objects.visible_to(staff).filter(state=state).select_related("unit", "printed_by")
    context = {
        "rows": list(letters.order_by("pk")[:MOST]),
        "state": state,
        "tabs": PaperState.choices,
        "can_print": can_print(),
        "place": "mail",
        **counts_of(staff),
    }
    return render(request, "workspace/letters.html", context)


def _chosen(request: HttpRequest) -> list[int]:
    given = request.GET.getlist("letter") if request.method == "GET" else request.POST.getlist("letter")
    return [int(pk) for pk in given if is_whole(pk)][:MOST]


@needs(Permission.WORK)
def sheet(request: HttpRequest) -> HttpResponse:
    """The chosen letters, each on its own sheet, the address where the window is; as PDF where that can be made."""
    letters = PaperLetter.objects.visible_to(staff_of(request)).filter(pk__in=_chosen(request)).select_related("unit")
    context = {"letters": list(letters.order_by("pk"))}
    if "pdf" in request.GET:
        return pdf_response(request, "workspace/letter_sheets.html", context, "letters")
    return render(request, "workspace/letter_sheets.html", context | {"on_screen": True})


@needs(Permission.WORK)
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    staff, state = staff_of(request), request.POST.get("state", "")
    if state not in (PaperState.PRINTED, PaperState.POSTED, PaperState.RETURNED):
        raise Invalid({"state": [_("Choose what became of the letters.")]})
    changed = mark_letters(_chosen(request), PaperState(state), by=staff, at=timezone.now())
    told = ngettext("{n} letter is marked.", "{n} letters are marked.", changed).format(n=changed)
    messages.success(request, told) if changed else messages.error(request, _("Choose letters first."))
    shown = request.POST.get("back", "")
    state = shown if shown in PaperState.values else ""
    return redirect(f"{reverse('workspace:letters')}?state={state}")


@on_case
def write(request: HttpRequest, staff: Staff, case: Case) -> str:
    """An answer on paper: it stands in the conversation and waits for the printer."""
    posted = request.POST
    _write(staff, case, posted.get("name", ""), posted.get("address", ""), posted.get("body", ""))
    return _("The letter waits to be printed.")


@verb
def _write(staff: Staff, case: Case, name: str, address: str, body: str) -> None:
    now = timezone.now()
    if case.is_active:
        reply_case(case, body=body, channel=Channel.LETTER, by=staff.actor, at=now)
    else:  # it has ended, and somebody writes how
        note_case(case, body=_("A letter was written:") + f"\n\n{body}", by=staff.actor, at=now)
    write_letter(
        unit=case.unit,
        name=name,
        address=address,
        subject=case.subject,
        body=body,
        language=case.customer.language if case.customer else "zh-hans",
        reference=case.number,
        case=case.pk,
        at=now,
    )
    if case.customer is not None:
        plain = " ".join(address.split())
        add_contact(case.customer, kind=ContactKind.ADDRESS, value=plain[:160], by=staff.actor, at=now)
