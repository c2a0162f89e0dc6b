"""The demo's hall gets a past that goes with the numbers it has given since."""

from datetime import timedelta

from ruoshui.demo.visits import tell_past_visits
from ruoshui.queues.models import Ticket, TicketSource
from tests.conftest import NOW


def told(branch, now):
    """The days of the made-up visits, as days before the day of the first number."""
    count = tell_past_visits(branch, now, days=3)
    days = Ticket.objects.filter(branch=branch, source=TicketSource.HISTORY).values_list("day", flat=True)
    assert len(days) == count > 0
    return sorted({(NOW.date() - day).days for day in days})


def test_the_past_ends_the_day_before(hall):
    assert told(hall.branch, NOW) == [1, 2]  # the third was a Sunday


def test_the_past_told_after_midnight_leaves_the_numbers_of_the_day_before_alone(hall, take):
    """A demo begun before midnight, its history after it."""
    number = take().number
    assert told(hall.branch, NOW + timedelta(days=1)) == [1, 2]
    assert [one.number for one in Ticket.objects.filter(branch=hall.branch, day=NOW.date())] == [number]
