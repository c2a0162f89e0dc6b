"""Shapes of the API about equipment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field

from ruoshui.assets.models import Asset, AssetKind, AssetState, Check, CheckResult, Defect, Round, Severity
from ruoshui.cases.models import Case
from ruoshui.web.api.promise_types import Reason, Short
from ruoshui.web.api.types import Code, _storable

Line = Annotated[str, AfterValidator(_storable), Field(max_length=80)]
Name = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=120)]
Number = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=40)]
Remark = Annotated[str, AfterValidator(_storable), Field(max_length=300)]
Note = Annotated[str, AfterValidator(_storable), Field(max_length=2000)]
Reading = Annotated[Decimal, Field(max_digits=12, decimal_places=3)]


class CheckOut(Schema):
    """`reads` is state or number; a number below `low` or above `high` is a defect."""

    code: str
    name_zh: str
    name_en: str
    reads: str
    measure: str
    low: Decimal | None
    high: Decimal | None
    severity: str

    @classmethod
    def of(cls, check: Check) -> "CheckOut":
        return cls(**{name: getattr(check, name) for name in cls.model_fields})


class AssetKindOut(Schema):
    code: str
    name_zh: str
    name_en: str
    round_months: int
    notice_days: int
    defect_type: str
    checks: list[CheckOut]

    @classmethod
    def of(cls, kind: AssetKind) -> "AssetKindOut":
        plain = {name: getattr(kind, name) for name in cls.model_fields if name != "checks"}
        return cls(**plain, checks=[CheckOut.of(one) for one in kind.checks.all() if one.is_active])


class AssetOut(Schema):
    """`due_on` is the date of the inspection that is planned."""

    id: int
    number: str
    name: str
    kind: str
    unit: str
    customer: int | None
    keeper: str | None
    place: str
    maker: str
    model: str
    serial: str
    rating: str
    installed_on: date | None
    note: str
    round_months: int
    state: str
    due_on: date | None

    @classmethod
    def of(cls, asset: Asset) -> "AssetOut":
        """Needs kind, unit and keeper loaded."""
        plain = ("number", "name", "place", "maker", "model", "serial", "rating", "installed_on", "note", "state")
        return cls(
            id=asset.pk,
            kind=asset.kind.code,
            unit=asset.unit.code,
            customer=asset.customer_id,
            keeper=asset.keeper.username if asset.keeper else None,
            round_months=asset.months,
            due_on=asset.due_on,
            **{name: getattr(asset, name) for name in plain},
        )


class AssetPage(Schema):
    items: list[AssetOut]
    next: str | None


class AssetIn(Schema):
    """`customer` by id, `keeper` by user name. `round_months` empty: as the kind says."""

    number: Number
    name: Name
    kind: Code
    unit: Code
    customer: Annotated[int, Field(ge=1, le=2**53)] | None = None
    keeper: Code | None = None
    place: Annotated[str, AfterValidator(_storable), Field(max_length=200)] = ""
    maker: Line = ""
    model: Line = ""
    serial: Line = ""
    rating: Line = ""
    installed_on: date | None = None
    note: Note = ""
    round_months: Annotated[int, Field(ge=0, le=120)] | None = None
    state: AssetState = AssetState.IN_USE
    first_round_on: date | None = None


class RoundOut(Schema):
    """`promised_on` is the date first planned; `at`, `by` are empty until it is made."""

    id: int
    asset: int
    promised_on: date
    due_on: date
    at: datetime | None
    by: str | None
    defects: int
    remark: str

    @classmethod
    def of(cls, round: Round) -> "RoundOut":
        return cls(
            id=round.pk,
            asset=round.asset_id,
            promised_on=round.promised_on,
            due_on=round.due_on,
            at=round.at,
            by=round.by.username if round.by else None,
            defects=round.defects_found,
            remark=round.remark,
        )


class RoundPage(Schema):
    items: list[RoundOut]
    next: str | None


class ResultIn(Schema):
    """Of a reading `found` may be left out: its limits decide."""

    check: Code
    found: CheckResult | None = None
    reading: Reading | None = None
    remark: Remark = ""
    severity: Severity | None = None


class RoundIn(Schema):
    results: Annotated[list[ResultIn], Field(max_length=200)] = []
    remark: Short = ""


class DefectIn(Schema):
    text: Annotated[Reason, Field(max_length=300)]
    severity: Severity = Severity.MINOR


class DefectOut(Schema):
    id: int
    asset: int
    text: str
    severity: str
    found_at: datetime
    mended_at: datetime | None
    case: str | None

    @classmethod
    def of(cls, defect: Defect) -> "DefectOut":
        return cls(
            id=defect.pk,
            asset=defect.asset_id,
            text=defect.text,
            severity=defect.severity,
            found_at=defect.found_at,
            mended_at=defect.mended_at,
            case=Case(pk=defect.case_id).number if defect.case_id else None,
        )
