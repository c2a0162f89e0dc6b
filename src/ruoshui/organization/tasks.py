"""Jobs of the organization: forget wrong tries that have faded."""

from django.utils import timezone
from procrastinate.contrib.django import app

from ruoshui.organization.actions import sweep_failures


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="sweep-failures", name="organization.sweep_failures")
def forget_failures(timestamp: int) -> None:
    while sweep_failures(at=timezone.now()):
        pass
