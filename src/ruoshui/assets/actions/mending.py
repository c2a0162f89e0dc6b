"""Defects: found, bound to the case they became, mended."""

from datetime import datetime

from django.utils.translation import gettext as _

from ruoshui.assets.actions.planning import locked_asset
from ruoshui.assets.events import DefectFound, DefectMended
from ruoshui.assets.models import Asset, Defect, Round, Severity
from ruoshui.assets.refusals import DefectMendedAlready
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb


def add_defect(
    asset: Asset, text: str, severity: str, *, round: Round | None = None, by: Actor, at: datetime
) -> Defect:
    defect = Defect.objects.create(asset=asset, round=round, text=text, severity=severity, found_at=at)
    record(DefectFound(defect=defect.pk, severity=severity, text=text), about=asset, by=by, at=at)
    defect.refresh_from_db(fields=["case_id"])  # what reacted may have opened a case
    return defect


@verb
def report_defect(asset: Asset, *, text: str, severity: str = Severity.MINOR, by: Actor, at: datetime) -> Defect:
    """Something was seen between two rounds."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > 300:
        raise Invalid({"text": [_("Say what is wrong, in at most 300 characters.")]})
    if severity not in Severity.values:
        raise Invalid({"severity": [_("Choose how bad it is.")]})
    return add_defect(locked_asset(asset), text, severity, by=by, at=at)


@verb
def bind_defect(defect: Defect, case_id: int) -> None:
    """It is worked on as this case."""
    Defect.objects.filter(pk=defect.pk).update(case_id=case_id)


@verb
def mend_defect(defect: Defect, *, by: Actor, at: datetime) -> Defect:
    defect = Defect.objects.select_for_update(of=("self",)).select_related("asset").get(pk=defect.pk)
    if defect.mended_at is not None:
        raise DefectMendedAlready
    defect.mended_at = at
    defect.save(update_fields=["mended_at"])
    record(DefectMended(defect=defect.pk, text=defect.text), about=defect.asset, by=by, at=at)
    return defect
