"""When the next round is due, and who is reminded of it."""

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import DateField, ExpressionWrapper, F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from ruoshui.assets.events import RoundPlanned, RoundPutOff
from ruoshui.assets.models import Asset, AssetState, Round
from ruoshui.assets.refusals import AssetRetiredAlready, NoRoundPlanned
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.events import record
from ruoshui.core.refusals import Invalid
from ruoshui.core.verbs import verb
from ruoshui.notices.actions import tell_staff
from ruoshui.organization.models import Permission, Staff

BATCH = 500
FURTHEST = timedelta(days=366)


def locked_asset(asset: Asset) -> Asset:
    """The equipment as it is now, to be changed; refused when it is retired."""
    related = Asset.objects.select_for_update(of=("self",)).select_related("kind", "unit", "customer", "keeper")
    asset.refresh_from_db(from_queryset=related)
    if asset.state == AssetState.RETIRED:
        raise AssetRetiredAlready(number=asset.number)
    return asset


def months_later(day: date, months: int) -> date:
    """The same day of the month, or the last one that the month has."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plan_round(asset: Asset, due_on: date | None, *, at: datetime) -> None:
    """The one round to come, or none. The caller holds the equipment."""
    Round.objects.filter(asset=asset, at__isnull=True).delete()
    if due_on is not None:
        Round.objects.create(asset=asset, promised_on=due_on, due_on=due_on)
    if asset.due_on != due_on:
        asset.due_on = due_on
        asset.save(update_fields=["due_on"])
    if due_on is not None:
        record(RoundPlanned(due_on=due_on.isoformat()), about=asset, by=SYSTEM, at=at)


@verb
def put_round_off(asset: Asset, *, to: date, reason: str, by: Actor, at: datetime) -> Round:
    """Another date for the planned round, with a reason; the date first planned stays known."""
    reason = reason.replace("\x00", "").strip()
    asset = locked_asset(asset)
    planned = Round.objects.filter(asset=asset, at__isnull=True).first()
    if planned is None:
        raise NoRoundPlanned(number=asset.number)
    today = timezone.localdate(at)
    if not today <= to <= today + FURTHEST:
        raise Invalid({"to": [_("Choose a date from today on, within a year.")]})
    if not reason or len(reason) > 300:
        raise Invalid({"reason": [_("Say why, in at most 300 characters.")]})
    told = RoundPutOff(before=planned.due_on.isoformat(), due_on=to.isoformat(), reason=reason)
    planned.due_on, planned.told_at, planned.late_told_at = to, None, None
    planned.save(update_fields=["due_on", "told_at", "late_told_at"])
    asset.due_on = to
    asset.save(update_fields=["due_on"])
    record(told, about=asset, by=by, at=at)
    return planned


def remind_of_rounds(at: datetime) -> int:
    """Tell those responsible of rounds that are due soon, and of late ones their supervisors too; each once.

    Returns how many rounds were told of.
    """
    today = timezone.localdate(at)
    planned = Q(at__isnull=True, asset__state=AssetState.IN_USE)
    soon = planned & Q(told_at__isnull=True, due_on__gte=today)
    soon &= Q(due_on__lte=ExpressionWrapper(Value(today) + F("asset__kind__notice_days"), output_field=DateField()))
    late = planned & Q(late_told_at__isnull=True, due_on__lt=today)
    return _remind(late, "late_told_at", "assets.round_late", _with_supervisors, at) + _remind(
        soon, "told_at", "assets.round_soon", _responsible, at
    )


def _remind(which: Q, column: str, kind: str, people: Callable[[Asset], Iterable[Staff]], at: datetime) -> int:
    total = 0
    while told := _remind_batch(which, column, kind, people, at=at):
        total += told
    return total


@verb
def _remind_batch(which: Q, column: str, kind: str, people: Callable[[Asset], Iterable[Staff]], *, at: datetime) -> int:
    found = Round.objects.filter(which).select_related("asset__kind", "asset__unit", "asset__keeper")
    rounds = list(found.select_for_update(of=("self",), skip_locked=True).order_by("due_on", "pk")[:BATCH])
    for one in rounds:
        asset = one.asset
        data = {"number": asset.number, "name": asset.name, "due": one.due_on.isoformat()}
        tell_staff(people(asset), kind, data, about=asset, at=at)
    Round.objects.filter(pk__in=[one.pk for one in rounds]).update(**{column: at})
    return len(rounds)


def _responsible(asset: Asset) -> list[Staff]:
    """Its administrator; without one, those who lead the unit."""
    if asset.keeper is not None and asset.keeper.is_active:
        return [asset.keeper]
    return _supervisors(asset)


def _with_supervisors(asset: Asset) -> list[Staff]:
    return list({one.pk: one for one in [*_responsible(asset), *_supervisors(asset)]}.values())


def _supervisors(asset: Asset) -> list[Staff]:
    held = Staff.objects.filter(
        is_active=True,
        memberships__unit=asset.unit,
        memberships__role__permissions__contains=[Permission.SUPERVISE],
    )
    return list(held.distinct())
