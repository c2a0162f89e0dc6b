from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class AssetRetiredAlready(Refusal):
    code = "asset-retired"
    text = _("{number} is retired. Nothing can be done with it any more.")


class NoRoundPlanned(Refusal):
    code = "no-round-planned"
    text = _("No inspection of {number} is planned.")


class DefectMendedAlready(Refusal):
    code = "defect-mended"
    text = _("The defect was fixed already.")
