"""Who is next, in rules that can be read out to those who wait."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ruoshui.queues.models import Appointment, OrderRule, Queue
from ruoshui.queues.setup import BranchSetup


def place_for(
    setup: BranchSetup, queue: Queue, at: datetime, appointment: Appointment | None = None
) -> tuple[int, datetime]:
    """The place of somebody who comes at `at`: their class by the branch's order, or their appointment if in time.

    Who comes for their appointment counts as having come so many minutes before it, never earlier, whatever their class
    would give them: coming an hour early gains nothing, and who waits long enough goes first.
    """
    rank, place_at = setup.place_of(queue, at)
    if appointment is None or at > appointment.starts_at + timedelta(minutes=setup.branch.late_minutes):
        return rank, place_at
    booked = appointment.starts_at - timedelta(minutes=setup.branch.appointment_bonus_minutes)
    return rank, min(place_at, booked) if at >= booked else booked


def order_in_words(setup: BranchSetup) -> list[str]:
    """The rule as it stands on the displays, a sentence each."""
    branch = setup.branch
    classes = {queue.service_class_id: queue.service_class for queue in setup.queues.values()}
    ranked = sorted(classes.values(), key=lambda one: one.rank)
    if branch.order_rule == OrderRule.STRICT and len({one.rank for one in ranked}) > 1:
        names = _(", then ").join(one.name for one in ranked)
        words = [_("Called in this order: {classes}; within a class by arrival.").format(classes=names)]
    else:
        words = [_("Called in order of arrival.")]
        words += [
            _("{name} are counted as having arrived {minutes} minutes earlier.").format(
                name=one.name, minutes=one.bonus_minutes
            )
            for one in ranked
            if one.bonus_minutes
        ]
    if branch.slot_places:
        words.append(
            _("Appointments are counted as having arrived {minutes} minutes before their time.").format(
                minutes=branch.appointment_bonus_minutes
            )
        )
    words.append(_("People who need special care are called first."))
    return words
