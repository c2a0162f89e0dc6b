"""Into the register, changed, and out of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.assets.actions.planning import locked_asset, months_later, plan_round
from ruoshui.assets.events import AssetRegistered, AssetRetired, AssetRevised
from ruoshui.assets.models import Asset, AssetState, Round
from ruoshui.core.actors import Actor
from ruoshui.core.events import record
from ruoshui.core.moments import OLDEST_DAY, day_must_be_near
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb

REVISABLE = (
    "kind",
    "number",
    "name",
    "customer",
    "unit",
    "keeper",
    "place",
    "maker",
    "model",
    "serial",
    "rating",
    "installed_on",
    "note",
    "round_months",
    "state",
)


@verb
def register_asset(values: Mapping[str, Any], *, first_round_on: date | None = None, by: Actor, at: datetime) -> Asset:
    """A new piece of equipment. The first round is on the date given, else as many months from now as its kind says."""
    asset = Asset(**{name: values[name] for name in REVISABLE if name in values}, registered_at=at)
    _check(asset, at)
    today = timezone.localdate(at)
    day_must_be_near("first_round_on", first_round_on, at=at)
    if first_round_on is not None and first_round_on < today:
        raise Invalid({"first_round_on": [_("The first inspection cannot be in the past.")]})
    asset.save()
    record(AssetRegistered(number=asset.number), about=asset, by=by, at=at)
    due = first_round_on or (months_later(today, asset.months) if asset.months else None)
    if due is not None and asset.state == AssetState.IN_USE:
        plan_round(asset, due, at=at)
    return asset


@verb
def revise_asset(asset: Asset, values: Mapping[str, Any], *, by: Actor, at: datetime) -> Asset:
    """Change the entry. Out of use no round is planned; in use again, or with another interval, one is planned anew."""
    asset = locked_asset(asset)
    had = (asset.months, asset.state)
    changes: dict[str, Any] = {}
    for name in REVISABLE:
        if name in values and getattr(asset, name) != values[name]:
            changes[name] = [_plain(getattr(asset, name)), _plain(values[name])]
            setattr(asset, name, values[name])
    if not changes:
        return asset
    _check(asset, at)
    asset.save()
    record(AssetRevised(changes=changes), about=asset, by=by, at=at)
    if (asset.months, asset.state) != had:
        wanted = asset.state == AssetState.IN_USE and asset.months > 0
        plan_round(asset, _next_round(asset, at) if wanted else None, at=at)
    return asset


@verb
def retire_asset(asset: Asset, *, reason: str, by: Actor, at: datetime) -> Asset:
    """It is there no more: kept in the register with its past, without rounds."""
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > 300:
        raise Invalid({"reason": [_("Say why, in at most 300 characters.")]})
    asset = locked_asset(asset)
    asset.state = AssetState.RETIRED
    asset.save(update_fields=["state"])
    plan_round(asset, None, at=at)
    record(AssetRetired(reason=reason), about=asset, by=by, at=at)
    return asset


def _next_round(asset: Asset, at: datetime) -> date:
    """So many months after the last one that was made, but not before today."""
    today = timezone.localdate(at)
    last = Round.objects.filter(asset=asset, at__isnull=False).order_by("-at").first()
    since = timezone.localdate(last.at) if last and last.at else today
    return max(today, months_later(since, asset.months))


def _check(asset: Asset, at: datetime) -> None:
    day_must_be_near("installed_on", asset.installed_on, at=at, first=OLDEST_DAY)
    for name in ("number", "name", "place", "maker", "model", "serial", "rating", "note"):
        setattr(asset, name, getattr(asset, name).replace("\x00", "").strip())
    try:
        asset.full_clean(exclude=["registered_at", "due_on"])
    except ValidationError as wrong:
        raise Invalid(wrong.message_dict) from wrong
    if asset.state == AssetState.RETIRED:
        raise Invalid({"state": [_("Equipment is retired with a reason, not by its state.")]})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "pk", value)
