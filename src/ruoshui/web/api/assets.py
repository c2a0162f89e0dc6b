"""Equipment, its rounds and defects, for programs: registers kept elsewhere, tablets of inspectors."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from ruoshui.assets import actions
from ruoshui.assets.actions import Result
from ruoshui.assets.models import Asset, AssetKind, Round
from ruoshui.cases.queries import customers_visible_to
from ruoshui.core.refusals import Invalid, NotAllowed, NotFound
from ruoshui.organization.models import Permission, Scope, Staff, Unit
from ruoshui.web.api.asset_types import (
    AssetIn,
    AssetKindOut,
    AssetOut,
    AssetPage,
    DefectIn,
    DefectOut,
    RoundIn,
    RoundOut,
    RoundPage,
)
from ruoshui.web.api.auth import Token, staff_of, token_of
from ruoshui.web.api.cases import Key
from ruoshui.web.api.once import once
from ruoshui.web.api.pages import After, page_of
from ruoshui.web.api.problems import ERRORS
from ruoshui.web.api.types import Id, Limit

READ, WRITE = Token(Scope.CASES_READ), Token(Scope.CASES_WRITE)
router = Router(tags=["equipment"])
RELATED = ("kind", "unit", "customer", "keeper")


def _found(request: HttpRequest, pk: int, *, to_inspect: bool = False) -> Asset:
    staff = staff_of(request)
    asset = Asset.objects.visible_to(staff).select_related(*RELATED).filter(pk=pk).first()
    if asset is None:
        raise NotFound
    if to_inspect and not asset.may_be_inspected_by(staff):
        raise NotAllowed
    return asset


def _named(model: Any, field: str, code: str, **key: str) -> Any:
    one = model.objects.filter(**(key or {"code": code})).first()
    if one is None:
        raise Invalid({field: [f"There is no {field} {code}."]})
    return one


@router.get("/asset-kinds", auth=READ, response={200: list[AssetKindOut], **ERRORS}, operation_id="list_asset_kinds")
def kinds(request: HttpRequest) -> Any:
    """Kinds of equipment in use, with what is checked on a round."""
    return [AssetKindOut.of(one) for one in AssetKind.objects.filter(is_active=True).prefetch_related("checks")]


@router.get("/assets", auth=READ, response={200: AssetPage, **ERRORS}, operation_id="list_assets")
def assets(
    request: HttpRequest,
    number: str = Query("", max_length=40),  # type: ignore[type-arg]
    customer: int = Query(0, ge=0, le=2**53),  # type: ignore[type-arg]
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """The register, oldest first, by id; of one customer, or the one with a number."""
    found = Asset.objects.visible_to(staff_of(request))
    if number:
        found = found.filter(number=number.replace("\x00", ""))
    if customer:
        found = found.filter(customer_id=customer)
    return page_of("assets", found.select_related(*RELATED), AssetOut.of, after=after, limit=limit)


@router.get("/assets/{pk}", auth=READ, response={200: AssetOut, **ERRORS}, operation_id="get_asset")
def asset(request: HttpRequest, pk: Id) -> Any:
    return AssetOut.of(_found(request, pk))


@router.post("/assets", auth=WRITE, response={201: AssetOut, **ERRORS}, operation_id="register_asset")
def register(request: HttpRequest, body: AssetIn, key: Key = None) -> Any:
    def work() -> AssetOut:
        staff = staff_of(request)
        unit = _named(Unit, "unit", body.unit)
        if not (staff.may(Permission.CUSTOMERS, unit) or staff.may(Permission.SUPERVISE, unit)):
            raise NotAllowed
        values = body.dict(exclude={"kind", "unit", "keeper", "customer", "first_round_on"})
        values |= {"kind": _named(AssetKind, "kind", body.kind), "unit": unit}
        if body.keeper:
            values["keeper"] = _named(Staff, "keeper", body.keeper, username=body.keeper)
        if body.customer:
            values["customer"] = customers_visible_to(staff).filter(pk=body.customer).first()
            if values["customer"] is None:
                raise Invalid({"customer": [f"There is no customer {body.customer}."]})
        made = actions.register_asset(
            values, first_round_on=body.first_round_on, by=token_of(request).actor, at=timezone.now()
        )
        return AssetOut.of(_found(request, made.pk))

    return once(request, key, work)


@router.get("/rounds", auth=READ, response={200: RoundPage, **ERRORS}, operation_id="list_planned_rounds")
def rounds(
    request: HttpRequest,
    mine: bool = False,
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """Inspections that are planned, by id; with `mine` those of equipment one answers for."""
    staff = staff_of(request)
    seen = Asset.objects.visible_to(staff)
    found = Round.objects.filter(asset__in=seen.values("pk"), at__isnull=True)
    if mine:
        found = found.filter(asset__keeper=staff)
    return page_of("rounds", found.select_related("asset", "by"), RoundOut.of, after=after, limit=limit)


@router.post("/assets/{pk}/rounds", auth=WRITE, response={201: RoundOut, **ERRORS}, operation_id="record_round")
def inspected(request: HttpRequest, pk: Id, body: RoundIn, key: Key = None) -> Any:
    """The planned inspection was made (or an extra one): every check by its code."""

    def work() -> RoundOut:
        results = {
            one.check: Result(one.found or "", one.reading, one.remark, one.severity or "") for one in body.results
        }
        made = actions.record_round(
            _found(request, pk, to_inspect=True),
            results,
            remark=body.remark,
            by=staff_of(request),
            at=timezone.now(),
        )
        return RoundOut.of(Round.objects.select_related("asset", "by").get(pk=made.pk))

    return once(request, key, work)


@router.post("/assets/{pk}/defects", auth=WRITE, response={201: DefectOut, **ERRORS}, operation_id="report_defect")
def defect(request: HttpRequest, pk: Id, body: DefectIn, key: Key = None) -> Any:
    """Seen between two rounds. `case` is the case it became, where its kind of equipment says so."""

    def work() -> DefectOut:
        found = _found(request, pk, to_inspect=True)
        actor = token_of(request).actor
        return DefectOut.of(
            actions.report_defect(found, text=body.text, severity=body.severity, by=actor, at=timezone.now())
        )

    return once(request, key, work)
