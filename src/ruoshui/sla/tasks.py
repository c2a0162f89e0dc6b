"""The job that dates promises anew when a calendar was edited."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from ruoshui.core.remembering import forget
from ruoshui.organization.models import Calendar
from ruoshui.sla.actions.redating import redate_some

# Other processes remember the old calendar for two seconds and may still promise by it.
ALL_HAVE_FORGOTTEN_SECONDS = 3


@app.task(queue="reactions", retry=RetryStrategy(max_attempts=12, exponential_wait=4), name="sla.redate")
def redate(calendar: int | None, after: int = 0) -> None:
    """Some at a time, the rest as a job of its own: a worker that is told to stop need not wait long."""
    forget()
    found = Calendar.objects.get(pk=calendar) if calendar else None
    following = redate_some(found, after, at=timezone.now())
    if following is not None:
        redate.defer(calendar=calendar, after=following)
