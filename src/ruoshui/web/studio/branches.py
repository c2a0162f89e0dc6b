"""Set up a branch: its rule and texts, queues, counters and what they serve, screens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid, NotFound, Refusal
from ruoshui.core.typed import key_in
from ruoshui.organization.guarding import seen_in_settings
from ruoshui.queues.actions.installing import put_counter, put_queue, renew_device, set_duties
from ruoshui.queues.models import Branch, Business, Counter, Device, DeviceKind, Queue, ServiceClass
from ruoshui.queues.models.branches import LANGUAGES
from ruoshui.web.access import staff_of
from ruoshui.web.studio.carried import carried, completed, use
from ruoshui.web.studio.doors import found_setting, own_units, page_of, sets_up, tell
from ruoshui.web.studio.fields import dress

FIELDS = (
    "calendar",
    "order_rule",
    "welcome_zh",
    "welcome_en",
    "spoken_zh",
    "spoken_en",
    "slot_minutes",
    "slot_places",
    "appointment_bonus_minutes",
    "late_minutes",
    "appointments_a_day",
    "missed_minutes",
    "missed_most",
    "missed_days",
    "paused_days",
    "target_minutes",
    "target_percent",
    "is_active",
)


def _form(branch: Branch, data: Any = None) -> forms.ModelForm:  # type: ignore[type-arg]
    made = forms.modelform_factory(Branch, fields=list(FIELDS))(data, instance=branch)
    for field in made.fields.values():
        dress(field)
    return made


@sets_up(Branch)
def index(request: HttpRequest) -> HttpResponse:
    """The branches one sets up; a new one by choosing its unit."""
    units = own_units(staff_of(request), Branch).filter(branch__isnull=True)
    if request.method == "POST":
        unit = units.filter(pk=key_in(request.POST.get("unit"))).first()
        if unit is None:
            messages.error(request, _("Choose a unit that has no hall yet."))
            return redirect("studio:branches")
        branch = configure(Branch(unit=unit), {}, by=staff_of(request).actor, at=timezone.now())
        return redirect("studio:branch", branch.pk)
    found = seen_in_settings(staff_of(request), Branch).select_related("unit").prefetch_related("queues", "counters")
    shown = page_of(request, "branches", Branch, branches=found, units=units)
    return render(request, "studio/branches.html", shown)


@sets_up(Branch)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    branch = found_setting(staff_of(request), Branch, pk=pk)
    form = _form(branch, completed(request.POST, _form(branch)) if request.POST else None)
    if request.method == "POST" and form.is_valid():
        languages = [code for code in LANGUAGES if code in request.POST.getlist("languages")] or [LANGUAGES[0]]
        try:
            values = form.cleaned_data | carried(request.POST, {"languages": languages})
            fresh = found_setting(staff_of(request), Branch, pk=pk)
            configure(fresh, values, by=staff_of(request).actor, at=timezone.now())
        except Invalid as wrong:
            for name, texts in wrong.errors.items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            messages.success(request, _("Saved."))
            return redirect("studio:branch", pk)
    return render(request, "studio/branch.html", _page(request, branch, form), status=422 if form.errors else 200)


def _page(request: HttpRequest, branch: Branch, form: Any) -> dict[str, Any]:
    queues = list(branch.queues.select_related("business", "service_class"))
    counters = list(branch.counters.prefetch_related("duties"))
    turns = {counter.pk: {duty.queue_id: duty.turn for duty in counter.duties.all()} for counter in counters}
    grid = [(counter, [(queue, turns[counter.pk].get(queue.pk, 0)) for queue in queues]) for counter in counters]
    return page_of(
        request,
        "branches",
        branch,
        branch=branch,
        form=form,
        queues=queues,
        grid=grid,
        businesses=Business.objects.filter(is_active=True),
        classes=ServiceClass.objects.all(),
        devices=list(branch.devices.select_related("counter")),
        device_kinds=DeviceKind.choices,
        languages=[
            (code, "简体中文" if code.startswith("zh") else "English", code in branch.languages) for code in LANGUAGES
        ],
    )


@sets_up(Branch)
@require_POST
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """A queue more, or one changed: its letters, its first number, whether it is in use."""
    branch, post = found_setting(staff_of(request), Branch, pk=pk), request.POST
    business = Business.objects.filter(pk=key_in(post.get("business"))).first()
    service_class = ServiceClass.objects.filter(pk=key_in(post.get("service_class"))).first()
    if business is None or service_class is None:
        raise NotFound
    values = {
        "prefix": post.get("prefix", "").strip().upper(),
        "first_number": key_in(post.get("first_number")) or 1,
    }
    values = carried(post, values) | use(post)
    return _done(request, pk, lambda by, at: put_queue(branch, business, service_class, values, by=by, at=at), "queues")


@sets_up(Branch)
@require_POST
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """A counter more, or its name changed."""
    branch, post = found_setting(staff_of(request), Branch, pk=pk), request.POST
    number = key_in(post.get("number"))
    if not 1 <= number <= 999:
        messages.error(request, _("A counter has a number from 1 to 999."))
        return redirect("studio:branch", pk)
    values = {
        "name_zh": post.get("name_zh", "").strip(),
        "name_en": post.get("name_en", "").strip(),
    }
    values = carried(post, values) | use(post)
    return _done(request, pk, lambda by, at: put_counter(branch, number, values, by=by, at=at), "counters")


@sets_up(Branch)
@require_POST
def duties(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole grid: which counter serves which queue in which turn."""
    branch = found_setting(staff_of(request), Branch, pk=pk)

    def work(by: Any, at: Any) -> None:
        for one in Counter.objects.filter(branch=branch):
            turns = {
                queue.pk: turn
                for queue in Queue.objects.filter(branch=branch)
                if (turn := key_in(request.POST.get(f"duty-{one.pk}-{queue.pk}"))) in (1, 2)
            }
            if not any(name.startswith(f"duty-{one.pk}-") for name in request.POST):
                continue
            set_duties(one, turns, by=by, at=at)

    return _done(request, pk, work, "counters")


@sets_up(Branch)
@require_POST
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """A screen more; or one renewed, or retired."""
    branch, post = found_setting(staff_of(request), Branch, pk=pk), request.POST
    known = Device.objects.filter(branch=branch, pk=key_in(post.get("device"))).first()

    def work(by: Any, at: Any) -> None:
        if known is not None and post.get("do") == "renew":
            renew_device(known, by=by, at=at)
        elif known is not None:
            configure(known, {"is_active": not known.is_active}, by=by, at=at)
        else:
            plate = Counter.objects.filter(branch=branch, pk=key_in(post.get("counter"))).first()
            values = {"kind": post.get("kind", ""), "name": post.get("name", "").strip()[:60], "counter": plate}
            configure(Device(branch=branch), values, by=by, at=at)

    return _done(request, pk, work, "screens")


def _done(request: HttpRequest, pk: int, work: Any, part: str) -> HttpResponse:
    try:
        work(staff_of(request).actor, timezone.now())
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        tell(request, refusal)
    return redirect(f"/settings/branches/{pk}#{part}")
