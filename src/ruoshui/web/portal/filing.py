"""Tell us what you need."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ruoshui.cases.actions import open_case
from ruoshui.cases.models import Case, CaseType, Channel
from ruoshui.cases.queries import customers_known_in
from ruoshui.cases.schemas import fields_of, from_post
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import identify
from ruoshui.customers.contacts import ContactKind
from ruoshui.sla.models import Target
from ruoshui.sla.promised import promised_now
from ruoshui.sla.queries import term_for, usual_versions
from ruoshui.web.conversation import uploads_of
from ruoshui.web.edge.sizes import takes_files
from ruoshui.web.portal.access import grant


def home(request: HttpRequest) -> HttpResponse:
    types = list(CaseType.objects.filter(is_active=True, is_public=True))
    versions = usual_versions(types)
    needs = [
        (type, term_for(versions[type.pk], Target.FIRST_RESPONSE) if type.pk in versions else None) for type in types
    ]
    return render(request, "portal/home.html", {"needs": needs})


@takes_files
def new(request: HttpRequest, code: str) -> HttpResponse:
    type = CaseType.objects.filter(code=code, is_active=True, is_public=True).first()
    if type is None:
        raise NotFound
    if request.method != "POST":
        return _form(request, type, {}, {})
    posted = {name: str(value) for name, value in request.POST.items()}
    try:
        case = _file(request, type, posted)
    except Invalid as wrong:
        return _form(request, type, posted, wrong.errors, status=wrong.status)
    except Refusal as refusal:
        return _form(request, type, posted, {"": [str(refusal)]}, status=refusal.status)
    grant(request, case)
    return redirect("portal:case", case.number)


@verb
def _file(request: HttpRequest, type: CaseType, posted: dict[str, str]) -> Case:
    """Who is it, and what do they need: both or neither."""
    now = timezone.now()
    errors = {}
    if not posted.get("name", "").strip():
        errors["name"] = [_("Please tell us your name.")]
    contacts = [
        (kind, posted[field])
        for kind, field in ((ContactKind.PHONE, "phone"), (ContactKind.EMAIL, "email"))
        if posted.get(field, "").strip()
    ]
    if not contacts:
        errors["phone"] = [_("Please leave a phone number or an e-mail address, so that we can reach you.")]
    if not posted.get("subject", "").strip():
        errors["subject"] = [_("Please say in a few words what it is about.")]
    if errors:
        raise Invalid(errors)
    # Anybody can say that they are anybody: whom the unit does not know yet is not shown to it by that.
    customer = identify(
        name=posted["name"],
        contacts=contacts,
        unit=type.unit,
        language=get_language() or "zh-hans",
        among=customers_known_in(type.unit),
        at=now,
    )
    answers = {name.removeprefix("form_"): value for name, value in posted.items() if name.startswith("form_")}
    return open_case(
        type,
        subject=posted["subject"],
        body=posted.get("body", ""),
        customer=customer,
        channel=Channel.PORTAL,
        form=from_post(type.form, answers),
        files=uploads_of(request.FILES.getlist("files")),
        by=customer.actor,
        at=now,
    )


def _form(
    request: HttpRequest,
    type: CaseType,
    posted: dict[str, str],
    errors: dict[str, list[str]],
    status: int = 200,
) -> HttpResponse:
    fields: list[tuple[Any, str, list[str]]] = [
        (field, posted.get(f"form_{field.name}", ""), errors.get(field.name, [])) for field in fields_of(type.form)
    ]
    known = {"name", "phone", "email", "subject", "body", "", *(field.name for field, _v, _e in fields)}
    other = [text for name, texts in errors.items() if name not in known or name == "" for text in texts]
    return render(
        request,
        "portal/new.html",
        {
            "type": type,
            "promised": promised_now(type, timezone.now()),
            "fields": fields,
            "posted": posted,
            "errors": errors,
            "other_errors": other,
        },
        status=status,
    )
