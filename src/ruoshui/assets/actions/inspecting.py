"""A round is made: each check answered, defects found, the next round planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.assets.actions.mending import add_defect
from ruoshui.assets.actions.planning import locked_asset, months_later, plan_round
from ruoshui.assets.events import RoundDone
from ruoshui.assets.models import Asset, AssetState, Check, CheckResult, Finding, Reads, Round, Severity
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.organization.models import Staff

LARGEST = Decimal(10) ** 9
KEPT = Decimal("0.001")  # as precise as the column; 1e-999999 written out would be a million letters


@dataclass(frozen=True, slots=True)
class Result:
    """What one check showed. Of a reading `found` may be left empty: its limits decide."""

    found: str = ""
    reading: Decimal | None = None
    remark: str = ""
    severity: str = ""


@verb
def record_round(asset: Asset, results: Mapping[str, Result], *, remark: str = "", by: Staff, at: datetime) -> Round:
    """Every check of its kind must be answered, by code. The planned round is made; without one, an extra round is."""
    asset = locked_asset(asset)
    checks = list(asset.kind.checks.filter(is_active=True))
    found = _checked(checks, results)
    made = Round.objects.select_for_update().filter(asset=asset, at__isnull=True).first()
    due = made.due_on.isoformat() if made else ""
    today = timezone.localdate(at)
    made = made or Round(asset=asset, promised_on=today, due_on=today)
    wrong = [(check, result) for check, result in found if result.found == CheckResult.DEFECT]
    made.at, made.by, made.defects_found = at, by, len(wrong)
    made.remark = remark.replace("\x00", "").strip()[:500]
    made.save()
    Finding.objects.bulk_create(
        Finding(round=made, check_made=check, found=one.found, reading=one.reading, remark=one.remark)
        for check, one in found
    )
    told = RoundDone(round=made.pk, due_on=due, defects=len(wrong), remark=made.remark)
    record(told, about=asset, by=by.actor, at=at)
    for check, result in wrong:
        add_defect(asset, _words(check, result), result.severity, round=made, by=by.actor, at=at)
    if asset.months and asset.state == AssetState.IN_USE:
        plan_round(asset, months_later(today, asset.months), at=at)
    elif asset.due_on is not None:
        plan_round(asset, None, at=at)
    return made


def _checked(checks: list[Check], results: Mapping[str, Result]) -> list[tuple[Check, Result]]:
    errors: dict[str, list[str]] = {}
    found = []
    for unknown in set(results) - {check.code for check in checks}:
        errors[unknown[:50]] = [_("This kind of equipment has no such check.")]
    for check in checks:
        try:
            found.append((check, _settled(check, results.get(check.code, Result()))))
        except Invalid as wrong:
            errors |= wrong.errors
    if errors:
        raise Invalid(errors)
    return found


def _settled(check: Check, result: Result) -> Result:
    def wrong(text: str) -> Invalid:
        return Invalid({check.code: [text]})

    remark, found = result.remark.replace("\x00", "").strip(), result.found
    reading = result.reading if check.reads == Reads.NUMBER else None
    if len(remark) > 300:
        raise wrong(_("At most 300 characters."))
    if reading is not None:
        if not (reading.is_finite() and reading.copy_abs() < LARGEST):  # `abs` computes, and 1e999999999 is too much
            raise wrong(_("Enter a number."))
        reading = reading.quantize(KEPT)
    if check.reads == Reads.NUMBER and found != CheckResult.SKIPPED:
        if reading is None:
            raise wrong(_("Enter what you read, or say that it could not be checked."))
        found = CheckResult.DEFECT if check.is_outside(reading) or found == CheckResult.DEFECT else CheckResult.OK
    if found not in CheckResult.values:
        raise wrong(_("Say whether it is in order."))
    if found != CheckResult.OK and check.reads == Reads.STATE and not remark:
        raise wrong(_("Say what is wrong, or why it could not be checked."))
    if found == CheckResult.SKIPPED and not remark:
        raise wrong(_("Say what is wrong, or why it could not be checked."))
    severity = result.severity if result.severity in Severity.values else check.severity
    return Result(found, reading, remark, severity)


def _words(check: Check, result: Result) -> str:
    """In the words of the kind, whoever reads them: names in Chinese first, as cases have them."""
    reading = f" {result.reading.normalize():f} {check.measure}".rstrip() if result.reading is not None else ""
    return f"{check.name_zh}{reading}{'：' if result.remark else ''}{result.remark}"[:300]
