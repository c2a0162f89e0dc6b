"""Equipment: rounds that are due, the register, one piece of it, and what people do with it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ruoshui.assets import actions
from ruoshui.assets.models import Asset, AssetKind, AssetState, Defect, Round, Severity
from ruoshui.assets.queries import round_figures
from ruoshui.cases.models import Case
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound, Refusal
from ruoshui.core.typed import day_in, is_whole, key_in
from ruoshui.organization.hiding import not_hidden
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.downloads import download
from ruoshui.web.live import follows
from ruoshui.web.timeline import asset_timeline

PAGE, MOST_ROWS = 50, 100_000
SIGHTS = ("mine", "late", "all")
Act = Callable[[HttpRequest, Staff, Asset, datetime], str]


def visible_asset(staff: Staff, pk: int) -> Asset:
    """For a stranger it does not exist."""
    related = ("kind", "unit", "customer", "keeper")
    asset = Asset.objects.visible_to(staff).select_related(*related).filter(pk=pk).first()
    if asset is None:
        raise NotFound
    return asset


@staff_only
def rounds(request: HttpRequest) -> HttpResponse:
    """What is to be inspected, the most urgent first: mine, the late ones, all."""
    staff, today = staff_of(request), timezone.localdate()
    sight = request.GET.get("sight", "all")
    sight = sight if sight in SIGHTS else "all"
    seen = Asset.objects.visible_to(staff)
    found = Round.objects.filter(asset__in=seen.values("pk"), at__isnull=True)
    if sight == "mine":
        found = found.filter(asset__keeper=staff)
    elif sight == "late":
        found = found.filter(due_on__lt=today)
    after, _dot, pk = request.GET.get("after", "").partition(".")
    if (since := day_in(after)) and is_whole(pk):
        found = found.filter(Q(due_on__gt=since) | Q(due_on=since, pk__gt=int(pk)))
    related = ("asset__kind", "asset__customer", "asset__keeper", "asset__unit")
    rows = list(found.select_related(*related).order_by("due_on", "pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "rows": rows[:PAGE],
        "after": f"{last.due_on.isoformat()}.{last.pk}" if last else None,
        "sight": sight,
        "figures": round_figures(seen, today, timezone.now()),
        "today": today,
        "place": "assets",
    }
    return render(request, "workspace/rounds.html", context)


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    """The register, the newest first."""
    staff = staff_of(request)
    found, chosen = _chosen(request, Asset.objects.visible_to(staff))
    if is_whole(after := request.GET.get("after", "")):
        found = found.filter(pk__lt=int(after))
    rows = list(listed(found)[: PAGE + 1])
    context = chosen | {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "kinds": AssetKind.objects.all(),
        "states": AssetState.choices,
        "may_register": may_register(staff),
        "today": timezone.localdate(),
        "place": "assets",
    }
    return render(request, "workspace/assets.html", context)


def listed(found: Any) -> Any:
    """With what a list shows: names, and how many defects are not mended."""
    open_defects = Count("defects", filter=Q(defects__mended_at__isnull=True))
    related = ("kind", "customer", "keeper", "unit")
    return found.select_related(*related).annotate(open_defects=open_defects).order_by("-pk")


def _chosen(request: HttpRequest, found: Any) -> tuple[Any, dict[str, Any]]:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    kind = AssetKind.objects.filter(code=request.GET.get("kind", "")[:50]).first()
    state = request.GET.get("state", "")
    if text:
        found = found.matching(text)
    if kind:
        found = found.filter(kind=kind)
    found = found.filter(state=state) if state in AssetState.values else found.kept()
    if "faulty" in request.GET:
        found = found.filter(pk__in=Defect.objects.filter(mended_at__isnull=True).values("asset"))
    return found, {"text": text, "kind": kind, "state": state, "faulty": "faulty" in request.GET}


@staff_only
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The register as it is chosen on the page, as a table."""
    found, _chosen_by = _chosen(request, Asset.objects.visible_to(staff_of(request)))
    head = [_("number"), _("name"), _("kind"), _("customer"), _("place"), _("maker"), _("model"), _("serial number")]
    head += [_("rating"), _("installed on"), _("unit"), _("administrator responsible"), _("state")]
    head += [_("next inspection"), _("defects not fixed")]
    rows = [
        [
            one.number,
            one.name,
            one.kind.name,
            one.customer.name if one.customer else "",
            *(one.place, one.maker, one.model, one.serial, one.rating, one.installed_on),
            one.unit.name,
            one.keeper.name if one.keeper else "",
            one.get_state_display(),
            one.due_on,
            one.open_defects,
        ]
        for one in listed(found)[:MOST_ROWS]
    ]
    return download("equipment", form, [(_("Equipment"), [head, *rows])])


def may_register(staff: Staff) -> bool:
    return staff.may(Permission.CUSTOMERS) or staff.may(Permission.SUPERVISE)


@staff_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    asset = visible_asset(staff, pk)
    defects = list(asset.defects.filter(not_hidden(staff, "case_id"))[:50])
    ids = [one.case_id for one in defects if one.case_id]
    cases = {case.pk: case for case in Case.objects.visible_to(staff).filter(pk__in=ids)}
    made = asset.rounds.filter(at__isnull=False).select_related("by").prefetch_related("findings__check_made")
    planned = asset.rounds.filter(at__isnull=True).first()
    context = {
        "asset": asset,
        "planned": planned,
        "made": made.order_by("-at")[:12],
        "defects": [(one, cases.get(one.case_id or 0)) for one in defects],
        "timeline": asset_timeline(asset),
        "may_inspect": asset.may_be_inspected_by(staff) and asset.state != AssetState.RETIRED,
        "may_change": asset.may_be_changed_by(staff) and asset.state != AssetState.RETIRED,
        "severities": Severity.choices,
        "today": timezone.localdate(),
        **follows(f"asset:{asset.pk}", reader=staff.pk),
        "place": "assets",
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/asset.html" if part else "workspace/asset.html", context)


def on_asset(act: Act, *, to_change: bool = False) -> Callable[[HttpRequest, int], HttpResponseBase]:
    """A POST about one piece of equipment. `act` returns what to tell the person, or is refused."""

    @staff_only
    @require_POST
    def view(request: HttpRequest, pk: int) -> HttpResponseBase:
        staff = staff_of(request)
        asset = visible_asset(staff, pk)
        if not (asset.may_be_changed_by(staff) if to_change else asset.may_be_inspected_by(staff)):
            raise NotAllowed
        try:
            messages.success(request, act(request, staff, asset, timezone.now()))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("workspace:asset", pk)

    return view


def _put_off(request: HttpRequest, staff: Staff, asset: Asset, now: datetime) -> str:
    to = _day(request.POST.get("to", ""))
    actions.put_round_off(asset, to=to, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("The inspection is put off.")


def _retire(request: HttpRequest, staff: Staff, asset: Asset, now: datetime) -> str:
    actions.retire_asset(asset, reason=request.POST.get("reason", ""), by=staff.actor, at=now)
    return _("It is retired; its past stays.")


def _report(request: HttpRequest, staff: Staff, asset: Asset, now: datetime) -> str:
    severity = request.POST.get("severity", Severity.MINOR)
    actions.report_defect(asset, text=request.POST.get("text", ""), severity=severity, by=staff.actor, at=now)
    return _("The defect is noted.")


def _mend(request: HttpRequest, staff: Staff, asset: Asset, now: datetime) -> str:
    seen = asset.defects.filter(not_hidden(staff, "case_id"))
    defect = seen.filter(pk=key_in(request.POST.get("defect"))).first()
    if defect is None:
        raise NotFound
    actions.mend_defect(defect, by=staff.actor, at=now)
    return _("The defect is fixed.")


def _day(text: str) -> date:
    day = day_in(text)
    if day is None:
        raise Invalid({"to": [_("Enter a date.")]})
    return day


put_off = on_asset(_put_off)
retire = on_asset(_retire, to_change=True)
report = on_asset(_report)
mend = on_asset(_mend)
