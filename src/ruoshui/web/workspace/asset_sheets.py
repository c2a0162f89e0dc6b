"""Forms about equipment: the register entry, and the sheet that is filled in on a round."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.assets.actions import Result, record_round, register_asset, revise_asset
from ruoshui.assets.models import Asset, AssetKind, AssetState, Check, CheckResult, Reads, Severity
from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid, NotAllowed
from ruoshui.core.typed import key_in
from ruoshui.customers.models import Customer
from ruoshui.customers.queries import find
from ruoshui.organization.models import Permission, Staff
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.studio.fields import dress
from ruoshui.web.workspace.assets import may_register, visible_asset

FIELDS = (
    "number",
    "name",
    "kind",
    "unit",
    "keeper",
    "place",
    "maker",
    "model",
    "serial",
    "rating",
    "installed_on",
    "round_months",
    "state",
    "note",
)
NOT_RETIRED = [(state.value, state.label) for state in AssetState if state != AssetState.RETIRED]


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """The entry as it is typed. `owner` is a customer by name, phone or e-mail; `first_round_on` only for a new one."""

    owner = forms.CharField(label=_("Customer"), required=False, max_length=160)
    first_round_on = forms.DateField(label=_("First inspection on"), required=False)

    class Meta:
        model = Asset
        fields = FIELDS

    def __init__(self, staff: Staff, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.is_bound and self.instance.pk:  # what the form that was sent did not carry stays as it is
            missing = {name: value for name, value in self.initial.items() if name not in self.data}
            self.data = {
                **{name: self.data[name] for name in self.data},
                **{name: "" if value is None else value for name, value in missing.items()},
            }
        units = staff.units_with(Permission.CUSTOMERS, Permission.SUPERVISE).filter(is_active=True)
        self.fields["unit"] = forms.ModelChoiceField(units, label=_("Unit"))
        keepers = Staff.objects.filter(is_active=True, unit__in=staff.units_with()).order_by("username")
        self.fields["keeper"] = forms.ModelChoiceField(keepers, label=_("Administrator responsible"), required=False)
        self.fields["kind"] = forms.ModelChoiceField(AssetKind.objects.filter(is_active=True), label=_("Kind"))
        self.fields["state"] = forms.ChoiceField(choices=NOT_RETIRED, label=_("State"))
        self.fields["round_months"].help_text = _("Empty: as its kind says. 0: no rounds.")
        for name in ("installed_on", "first_round_on"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["note"].widget = forms.Textarea()
        if self.instance.pk:
            del self.fields["first_round_on"]
        self.order_fields([*FIELDS[:2], "owner", *FIELDS[2:12], "first_round_on", *FIELDS[12:]])
        for field in self.fields.values():
            dress(field)


@staff_only
def new(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    if not may_register(staff):
        raise NotAllowed
    customer = customers_visible_to(staff).filter(pk=key_in(request.GET.get("customer"))).first()
    first: dict[str, Any] = {"unit": staff.unit, "keeper": staff}
    if customer:
        first |= {"owner": customer.name, "unit": customer.unit or staff.unit}
    return _entry(request, staff, None, customer, first)


@staff_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    staff = staff_of(request)
    asset = visible_asset(staff, pk)
    if not asset.may_be_changed_by(staff):
        raise NotAllowed
    return _entry(request, staff, asset, asset.customer, {"owner": asset.customer.name if asset.customer else ""})


def _entry(
    request: HttpRequest, staff: Staff, asset: Asset | None, customer: Customer | None, first: Mapping[str, Any]
) -> HttpResponse:
    form = EntryForm(staff, request.POST or None, instance=asset, initial=first)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            values["customer"] = _owner(staff, values.pop("owner"), customer)
            first_on, now = values.pop("first_round_on", None), timezone.now()
            if asset is None:
                made = register_asset(values, first_round_on=first_on, by=staff.actor, at=now)
            else:
                made = revise_asset(visible_asset(staff, asset.pk), values, by=staff.actor, at=now)
        except Invalid as wrong:
            for name, texts in wrong.errors.items():
                form.add_error({"customer": "owner"}.get(name, name) if name in form.fields else None, texts)
        else:
            messages.success(request, _("Saved."))
            return redirect("workspace:asset", made.pk)
    context = {"form": form, "asset": asset, "customer": customer, "place": "assets"}
    return render(request, "workspace/asset_entry.html", context, status=422 if form.errors else 200)


def _owner(staff: Staff, text: str, known: Customer | None) -> Customer | None:
    """Whoever the text names: the one who was known, else the only customer found by it."""
    if not text.strip():
        return None
    if known is not None and text.strip() == known.name:
        return known
    found = list(find(customers_visible_to(staff), text)[:2])
    if len(found) != 1:
        told = _("Several customers fit: enter the phone number.") if found else _("Nobody was found by this.")
        raise Invalid({"owner": [told]})
    return found[0]


@staff_only
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a round: each check in order, defective or left out, or a reading."""
    staff = staff_of(request)
    asset = visible_asset(staff, pk)
    if not asset.may_be_inspected_by(staff) or asset.state == AssetState.RETIRED:
        raise NotAllowed
    checks = list(asset.kind.checks.filter(is_active=True))
    errors: Mapping[str, list[str]] = {}
    if request.method == "POST":
        try:
            results = {check.code: _result(request, check) for check in checks}
            made = record_round(asset, results, remark=request.POST.get("remark", ""), by=staff, at=timezone.now())
        except Invalid as wrong:
            errors = wrong.errors
        else:
            messages.success(request, _("The inspection is kept. Defects: %(n)s.") % {"n": made.defects_found})
            return redirect("workspace:asset", pk)
    said = request.POST.dict()
    context = {
        "asset": asset,
        "checks": [(check, _typed(said, check), errors.get(check.code, [])) for check in checks],
        "founds": CheckResult.choices,
        "severities": Severity.choices,
        "remark": said.get("remark", ""),
        "place": "assets",
    }
    return render(request, "workspace/asset_round.html", context, status=422 if errors else 200)


def _typed(said: Mapping[str, str], check: Check) -> dict[str, str]:
    names = ("found", "reading", "remark", "severity")
    typed = {name: said.get(f"{name}-{check.code}", "") for name in names}
    return typed | {"severity": typed["severity"] or check.severity}


def _result(request: HttpRequest, check: Check) -> Result:
    typed = _typed(request.POST.dict(), check)
    reading = None
    if check.reads == Reads.NUMBER and typed["reading"].strip():
        try:
            reading = Decimal(typed["reading"].strip())
        except InvalidOperation as wrong:
            raise Invalid({check.code: [_("Enter a number.")]}) from wrong
    return Result(typed["found"], reading, typed["remark"], typed["severity"])
