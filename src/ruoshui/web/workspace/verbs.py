"""What staff do to a case: each view finds it, checks, calls one verb, and answers."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.cases import actions
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, CaseType, LinkKind, Message, Outcome, Priority, WaitReason
from ruoshui.cases.models.cases import case_id_of
from ruoshui.cases.queries import customers_visible_to, takers_of
from ruoshui.cases.reaching import reaches_customer
from ruoshui.cases.schemas import from_post
from ruoshui.channels.models import LetterOut, TextOut
from ruoshui.core.refusals import Invalid, NotAllowed, Refusal
from ruoshui.core.typed import is_whole, key_in, moment_in, ticked
from ruoshui.core.verbs import verb
from ruoshui.informing.models import CustomerNotice, Moment
from ruoshui.organization.models import Permission, Staff, Team, Unit
from ruoshui.sla.actions import reach_milestone
from ruoshui.web.access import staff_of, staff_only, visible_case, workable_case
from ruoshui.web.conversation import uploads_of
from ruoshui.web.edge.sizes import takes_files

Act = Callable[[HttpRequest, Staff, Case], str]


class Untold(str):
    """Words that reached nobody: the page offers what is missing beside them."""

    __slots__ = ()


def on_case(act: Act) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A POST about one case. `act` returns what to tell the person, or is refused."""

    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        case = workable_case(staff, pk)
        try:
            told = act(request, staff, case)
        except Refusal as refusal:
            if refusal.status in (403, 404):
                raise
            messages.error(request, str(refusal))
        else:
            messages.success(request, told, extra_tags="untold" if isinstance(told, Untold) else "")
        # Somebody may have passed the case out of their own sight.
        if Case.objects.visible_to(staff).filter(pk=pk).exists():
            return redirect("workspace:case", pk)
        return redirect("workspace:home")

    return view


def _seen(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if is_whole(version) else None


def _other_case(staff: Staff, request: HttpRequest) -> Case:
    pk = case_id_of(request.POST.get("number", ""))
    if pk is None:
        raise Invalid({"number": [_("Enter the number of the other case, like RS00000123.")]})
    return visible_case(staff, pk)


def _chosen(choices: type[TextChoices], value: str | None, default: str) -> str:
    return value if value is not None and value in choices.values else default


@takes_files
@on_case
def say(request: HttpRequest, staff: Staff, case: Case) -> str:
    body, files = request.POST.get("body", ""), uploads_of(request.FILES.getlist("files"))
    if request.POST.get("kind") == "note":
        actions.note_case(case, body=body, files=files, by=staff.actor, at=timezone.now())
        return _("The note is kept.")
    message = _reply(case, body, files, request.POST.get("then", "reply"), staff)
    return _what_became_of(case, message)


@verb
def _reply(case: Case, body: str, files: list[Upload], then: str, staff: Staff) -> Message:
    now = timezone.now()
    message = actions.reply_case(case, body=body, files=files, by=staff.actor, at=now)
    if then == "wait":
        actions.pause_case(case, by=staff.actor, at=now)
    elif then == "resolve":
        actions.resolve_case(case, by=staff.actor, at=now)
    return message


def _what_became_of(case: Case, message: Message) -> str:
    """Whether the answer is on its way, to be read on the customer's page, or reaches nobody."""
    if (
        LetterOut.objects.filter(message_pk=message.pk).exists()
        or TextOut.objects.filter(message_pk=message.pk).exists()
    ):
        return _("Your answer is on its way.")
    if case.customer is None:
        return _("Your answer is kept, but the case has no customer: nobody reads it. Say whose it is.")
    if CustomerNotice.objects.filter(
        case_id=case.pk, made_at__gte=message.at, template__moment=Moment.REPLIED
    ).exists():
        return _("Your answer stands on the customer’s page; a notice tells them.")
    if reaches_customer(case, at=message.at):
        return Untold(
            _("Your answer stands on the customer’s page. It was not sent anywhere: call, or print a letter.")
        )
    return Untold(
        _("Your answer is kept, but nothing tells the customer: there is no contact. Add one, or print a letter.")
    )


@on_case
def assign(request: HttpRequest, staff: Staff, case: Case) -> str:
    wanted = request.POST.get("assignee", "")
    now = timezone.now()
    if wanted == "none":
        actions.release_case(case, seen=_seen(request), by=staff.actor, at=now)
        return _("The case is back in the backlog.")
    to = takers_of(case).filter(pk=key_in(wanted)).first() if wanted else staff
    if to is None:
        raise Invalid({"assignee": [_("Choose somebody who may work in this unit.")]})
    if to.pk != staff.pk and not staff.may(Permission.SUPERVISE, case.unit) and case.assignee_id != staff.pk:
        raise NotAllowed
    taker = actions.assign_case(case, to=to, seen=_seen(request), by=staff.actor, at=now)
    return _("%(name)s has the case now.") % {"name": taker.name}


@on_case
def queue(request: HttpRequest, staff: Staff, case: Case) -> str:
    team = Team.objects.filter(pk=key_in(request.POST.get("team")), is_active=True).first()
    actions.queue_case(case, team=team, seen=_seen(request), by=staff.actor, at=timezone.now())
    return _("The team has the case now.")


@on_case
def suspend(request: HttpRequest, staff: Staff, case: Case) -> str:
    now = timezone.now()
    if request.POST.get("end"):
        actions.resume_case(case, seen=_seen(request), by=staff.actor, at=now)
        return _("The case runs again.")
    until = moment_in(request.POST.get("until"))
    if request.POST.get("until") and until is None:
        raise Invalid({"until": [_("Enter a date and a time.")]})
    reason = _chosen(WaitReason, request.POST.get("reason"), WaitReason.CUSTOMER)
    actions.pause_case(case, reason=reason, until=until, seen=_seen(request), by=staff.actor, at=now)
    return _("The case is paused.")


@on_case
def milestone(request: HttpRequest, staff: Staff, case: Case) -> str:
    reach_milestone(case, request.POST.get("milestone", ""), by=staff.actor, at=timezone.now())
    return _("The milestone is reached.")


@on_case
def resolve(request: HttpRequest, staff: Staff, case: Case) -> str:
    despite = request.POST.get("despite", "")
    actions.resolve_case(case, despite=despite, seen=_seen(request), by=staff.actor, at=timezone.now())
    return _("The case is resolved.")


@on_case
def close(request: HttpRequest, staff: Staff, case: Case) -> str:
    actions.close_case(
        case,
        outcome=request.POST.get("outcome") or Outcome.SOLVED,
        summary=request.POST.get("summary", ""),
        despite=request.POST.get("despite", ""),
        seen=_seen(request),
        by=staff.actor,
        at=timezone.now(),
    )
    return _closed(case)


def _closed(case: Case) -> str:
    """The invitation is drawn after the closing, by the rules of the surveys; only what is sure is said."""
    closed = _("The case is closed.")
    if case.customer is None:
        return f"{closed} " + _("It has no customer, so nobody is told how it ended.")
    if not reaches_customer(case, at=timezone.now()):
        told = _("Nothing tells the customer how it ended: there is no contact. Add one, or print a letter.")
        return Untold(f"{closed} {told}")
    return f"{closed} " + _("Whether the customer is asked how satisfied they are stands under “Satisfaction”.")


@on_case
def reopen(request: HttpRequest, staff: Staff, case: Case) -> str:
    actions.reopen_case(
        case, reason=request.POST.get("reason", ""), seen=_seen(request), by=staff.actor, at=timezone.now()
    )
    return _("The case is open again.")


@on_case
def hand_over(request: HttpRequest, staff: Staff, case: Case) -> str:
    unit = Unit.objects.filter(pk=key_in(request.POST.get("unit"))).first()
    if unit is None:
        raise Invalid({"unit": [_("Choose a unit.")]})
    actions.pass_case(
        case, to=unit, reason=request.POST.get("reason", ""), seen=_seen(request), by=staff.actor, at=timezone.now()
    )
    return _("%(unit)s has the case now.") % {"unit": unit.name}


@on_case
def merge(request: HttpRequest, staff: Staff, case: Case) -> str:
    other = _other_case(staff, request)
    for one in (case, workable_case(staff, other.pk)):
        if not staff.may(Permission.SUPERVISE, one.unit):
            raise NotAllowed
    reopen = request.POST.get("reopen") == "1"
    actions.merge_cases(case, other, reopen=reopen, by=staff.actor, at=timezone.now())
    return _("%(number)s was merged into this case.") % {"number": other.number}


@on_case
def split_back(request: HttpRequest, staff: Staff, case: Case) -> str:
    into = workable_case(staff, case.merged_into_id or case.pk)
    for one in (case, into):
        if not staff.may(Permission.SUPERVISE, one.unit):
            raise NotAllowed
    actions.split_back(case, by=staff.actor, at=timezone.now())
    return _("%(number)s goes on by itself.") % {"number": case.number}


@on_case
def split(request: HttpRequest, staff: Staff, case: Case) -> str:
    chosen = [int(pk) for pk in request.POST.getlist("message") if is_whole(pk)]
    subject = request.POST.get("subject", "").strip() or case.subject
    new = actions.split_case(case, messages=chosen, subject=subject, by=staff.actor, at=timezone.now())
    return _("%(number)s was split off.") % {"number": new.number}


@on_case
def link(request: HttpRequest, staff: Staff, case: Case) -> str:
    kind = _chosen(LinkKind, request.POST.get("kind"), LinkKind.RELATED)
    actions.link_cases(case, _other_case(staff, request), kind=kind, by=staff.actor, at=timezone.now())
    return _("The cases are linked.")


@on_case
def participate(request: HttpRequest, staff: Staff, case: Case) -> str:
    colleague = Staff.objects.filter(pk=key_in(request.POST.get("staff")), is_active=True).first()
    if colleague is None:
        raise Invalid({"staff": [_("Choose somebody who works here.")]})
    actions.add_participant(case, staff=colleague, by=staff.actor, at=timezone.now())
    return _("%(name)s takes part now.") % {"name": colleague.name}


@on_case
def say_whose(request: HttpRequest, staff: Staff, case: Case) -> str:
    customer = customers_visible_to(staff).current().filter(pk=key_in(request.POST.get("customer"))).first()
    if customer is None:
        raise Invalid({"customer": [_("Choose a customer.")]})
    actions.name_customer(case, customer, seen=_seen(request), by=staff.actor, at=timezone.now())
    return _("It is %(name)s's request now.") % {"name": customer.name}


@on_case
def categorize(request: HttpRequest, staff: Staff, case: Case) -> str:
    posted = {name: str(value) for name, value in request.POST.items()}
    secret = ticked(request.POST, "confidential")
    values: dict[str, object] = {} if secret is None else {"confidential": secret}
    for name in ("subject", "category"):
        if name in posted:
            values[name] = posted[name].strip()
    if posted.get("priority") in Priority.values:
        values["priority"] = posted["priority"]
    type = CaseType.objects.filter(pk=key_in(posted.get("type")), is_active=True).first()
    if type is not None and type.pk != case.type_id:
        answers = {n.removeprefix("form_"): v for n, v in posted.items() if n.startswith("form_")}
        values |= {"type": type, "form": from_post(type.form, {**{k: str(v) for k, v in case.form.items()}, **answers})}
    actions.categorize_case(case, values, seen=_seen(request), by=staff.actor, at=timezone.now())
    return _("The particulars are changed.")
