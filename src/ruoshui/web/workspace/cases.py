"""The case page: conversation, form, customer, clocks and timeline on one screen; and a new case."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.assets.models import Asset, Defect
from ruoshui.cases.actions import bind_call_to_case, open_case
from ruoshui.cases.merged import may_split_back
from ruoshui.cases.models import Attachment, Case, CaseLink, CaseType, Channel, Macro, Outcome, Priority, WaitReason
from ruoshui.cases.queries import customers_visible_to, takers_of
from ruoshui.cases.schemas import fields_of, from_post
from ruoshui.cases.senders import whose_it_may_be
from ruoshui.cases.unfinished import unfinished_in
from ruoshui.channels.models import Call
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import is_whole
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Customer
from ruoshui.feedback.models import Invitation
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff, Team, Unit
from ruoshui.sla.models import Clock, InternalRequest, Promise, Target, Term, Urge
from ruoshui.sla.queries import internal_levels
from ruoshui.sla.terms import terms_of
from ruoshui.web.access import may_work_on, needs, staff_of, staff_only, visible_case
from ruoshui.web.conversation import uploads_of, whole_conversation
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.live import follows
from ruoshui.web.playing import attached_file
from ruoshui.web.showing_work import shown_papers, shown_work, stages_of, tasks_of
from ruoshui.web.timeline import case_timeline
from ruoshui.web.workspace.phone import calls_about
from ruoshui.web.workspace.registering import must_be_read_back, taken_down, whom

PARTS = {name: f"workspace/parts/{name}.html" for name in ("talk", "side", "head", "work", "papers")}


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    case = visible_case(staff, pk)
    part = request.GET.get("part", "")
    if getattr(request, "htmx", False) and part in PARTS:
        return render(request, PARTS[part], _shown(staff, case, part))
    context = follows(f"case:{case.pk}", reader=staff.pk)
    for name in PARTS:
        context |= _shown(staff, case, name)
    return render(request, "workspace/case.html", context | _choices(staff, case))


def _shown(staff: Staff, case: Case, part: str) -> dict[str, Any]:
    may_work = may_work_on(staff, case)
    common = {"case": case, "may_work": may_work, "is_mine": case.assignee_id == staff.pk, "now": timezone.now()}
    if part == "talk":
        talk = {"conversation": whole_conversation(case), "calls": calls_about(case), "show_channel": True}
        return common | talk
    if part == "work":
        return common | shown_work(staff, case)
    if part == "papers":
        return common | shown_papers(case)
    if part == "head":
        open_urges = Urge.objects.filter(clock__case=case, answered_at__isnull=True).select_related("clock__term")
        return common | {
            "closure": getattr(case, "closure", None),
            "may_split_back": may_work and may_split_back(case, timezone.now()),
            "overrides": list(case.overrides.all()),
            "unfinished": unfinished_in(case) if may_work and case.is_active else [],
            "open_urges": list(open_urges),
            "stages": stages_of(case, tasks_of(case)),
        }
    return common | _side(staff, case)


def _side(staff: Staff, case: Case) -> dict[str, Any]:
    """What stands beside the conversation."""
    answers = [
        (field.label, dict(field.options).get(str(case.form[field.name]), case.form[field.name]))
        for field in fields_of(case.type.form)
        if case.form.get(field.name) not in (None, "")
    ]
    contacts = list(case.customer.contacts.all()) if case.customer else []
    others = Case.objects.visible_to(staff).filter(customer=case.customer).exclude(pk=case.pk).order_by("-pk")[:5]
    return {
        "promise_made": Promise.objects.filter(case=case).select_related("version__level").first(),
        "clocks": list(
            Clock.objects.filter(case=case).exclude(target=Target.MILESTONE).select_related("term").order_by("pk")
        ),
        "milestones": _milestones(case),
        "requests": list(
            InternalRequest.objects.filter(case=case).select_related("unit").prefetch_related("clocks").order_by("pk")
        ),
        "answers": answers,
        "whose": [] if case.customer else _whose(staff, case),
        "contacts": contacts,
        "others": list(others) if case.customer else [],
        "timeline": case_timeline(case, staff),
        "equipment": equipment_of(staff, case),
        "links": CaseLink.objects.filter(not_hidden(staff, "to_id"), case=case).select_related("to"),
        "linked_from": CaseLink.objects.filter(not_hidden(staff, "case_id"), to=case).select_related("case"),
        "participants": case.participants.select_related("staff", "customer"),
        "merged_from": case.merged_from.filter(not_hidden(staff, "pk")),
        "invitations": Invitation.objects.filter(case=case).select_related("answer", "survey").order_by("-pk"),
    }


def _whose(staff: Staff, case: Case) -> list[Customer]:
    """Whom to choose from where several customers share what it came from."""
    return list(
        whose_it_may_be(case).filter(pk__in=customers_visible_to(staff).values("pk")).prefetch_related("contacts")[:20]
    )


def _milestones(case: Case) -> list[tuple[Term, Clock | None]]:
    """The stages its level names, each with its clock once it has begun."""
    promise = Promise.objects.filter(case=case).first()
    if promise is None:
        return []
    clocks = {clock.milestone: clock for clock in Clock.objects.filter(case=case, target=Target.MILESTONE)}
    stages = [term for term in terms_of(promise.version_id) if term.target == Target.MILESTONE]
    return [(term, clocks.get(term.milestone)) for term in stages]


def _choices(staff: Staff, case: Case) -> dict[str, Any]:
    """What the forms of the page offer."""
    return {
        "place": "",
        "macros": _macros(case),
        "outcomes": [o for o in Outcome.choices if o[0] != Outcome.MERGED],
        "wait_reasons": WaitReason.choices,
        "priorities": Priority.choices,
        "types": CaseType.objects.filter(is_active=True),
        "units": Unit.objects.filter(is_active=True),
        "teams": Team.objects.filter(is_active=True, unit__in=case.unit.lineage),
        "takers": takers_of(case).order_by("username")[:300],
        "colleagues": Staff.objects.filter(
            is_active=True,
            is_service=False,
            memberships__role__permissions__contains=[Permission.WORK],
            memberships__unit__path__startswith=f"/{case.unit.lineage[0]}/",
        )
        .distinct()
        .order_by("username")[:300],
        "internal_levels": internal_levels(),
        "now": timezone.localtime(),
        "unfinished": unfinished_in(case) if case.is_active else [],
        "may_assign": staff.may(Permission.SUPERVISE, case.unit),
        "may_disclose": not case.confidential or staff.may(Permission.CONFIDENTIAL, case.unit),
    }


def _macros(case: Case) -> list[dict[str, str]]:
    filled = {"{customer}": case.customer.name if case.customer else "", "{number}": case.number}
    found = []
    for macro in Macro.objects.filter(is_active=True):
        english = case.customer is not None and case.customer.language == "en"
        body = (macro.body_en or macro.body_zh) if english else macro.body_zh
        for mark, value in filled.items():
            body = body.replace(mark, value)
        found.append({"name": macro.name, "body": body, "then": macro.then})
    return found


@staff_only
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    file = Attachment.objects.select_related("message").filter(pk=pk).first()
    if file is None:
        raise NotFound
    visible_case(staff_of(request), file.message.case_id)
    return attached_file(request, file)


@takes_files
@needs(Permission.WORK)
def new(request: HttpRequest) -> HttpResponse:
    """Somebody calls or stands at the counter: open their case for them."""
    staff = staff_of(request)
    types = list(CaseType.objects.filter(is_active=True))
    wanted = request.POST.get("type") or request.GET.get("type") or ""
    type = next((t for t in types if str(t.pk) == wanted), None)
    customer, call = _known_customer(staff, request), _call(staff, request)
    errors: dict[str, list[str]] = {}
    posted = {name: str(value) for name, value in request.POST.items()}
    if request.method == "POST" and request.POST.get("do") == "open":
        if type is None:
            errors = {"type": [_("Please choose what it is about.")]}
        else:
            try:
                case = _open(request, staff, type, customer, posted, call)
            except Invalid as wrong:
                errors = wrong.errors
            except Refusal as refusal:
                errors = {"": [str(refusal)]}
            else:
                own = staff.may(Permission.WORK, case.unit)
                return redirect("workspace:case" if own else "workspace:receipt", case.pk)
    if call is not None:
        posted = {"contact": call.number, "body": call.notes} | posted
    context = {"types": types, "type": type, "posted": posted, "errors": errors, "customer": customer, "call": call}
    return render(request, "workspace/new.html", context | _form(type, posted, errors), status=422 if errors else 200)


def _form(type: CaseType | None, posted: Mapping[str, str], errors: Mapping[str, list[str]]) -> dict[str, Any]:
    """The fields of the type with what was typed and what is wrong with it, and what there is to choose from."""
    fields = fields_of(type.form) if type else []
    return {
        "fields": [(one, posted.get(f"form_{one.name}", ""), errors.get(one.name, [])) for one in fields],
        "all_errors": [text for texts in errors.values() for text in texts],
        "place": "",
        "channels": [c for c in Channel.choices if c[0] not in (Channel.API, Channel.PORTAL)],
        "priorities": Priority.choices,
    }


def _known_customer(staff: Staff, request: HttpRequest) -> Customer | None:
    known = request.POST.get("customer") or request.GET.get("customer") or ""
    return customers_visible_to(staff).filter(pk=int(known)).first() if is_whole(known) else None


def _call(staff: Staff, request: HttpRequest) -> Call | None:
    """The call that the new case is about."""
    given = request.POST.get("call") or request.GET.get("call") or ""
    return Call.objects.visible_to(staff).filter(pk=int(given)).first() if is_whole(given) else None


@verb
def _open(
    request: HttpRequest,
    staff: Staff,
    type: CaseType,
    customer: Customer | None,
    posted: dict[str, str],
    call: Call | None,
) -> Case:
    now = timezone.now()
    if not posted.get("subject", "").strip():
        raise Invalid({"subject": [_("Please say in a few words what it is about.")]})
    must_be_read_back(posted)
    customer = customer or whom(staff, posted, now)
    answers = {name.removeprefix("form_"): value for name, value in posted.items() if name.startswith("form_")}
    case = open_case(
        type,
        subject=posted["subject"],
        body=posted.get("body", ""),
        customer=customer,
        channel=posted.get("channel") or Channel.PHONE,
        priority=posted.get("priority") or None,
        form=from_post(type.form, answers),
        confidential="confidential" in posted,
        files=uploads_of(request.FILES.getlist("files")),
        by=staff.actor,
        at=now,
    )
    if call is not None:
        bind_call_to_case(call, case, by=staff.actor, at=now)
    taken_down(case, staff, posted, now)
    return case


def equipment_of(staff: Staff, case: Case) -> list[Asset]:
    """What the case is about, where it came from a defect and they may see it."""
    found = Defect.objects.filter(case_id=case.pk).values("asset")
    return list(Asset.objects.visible_to(staff).filter(pk__in=found))
