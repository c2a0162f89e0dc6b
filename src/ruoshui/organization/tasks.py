"""Jobs of the organization: forget wrong tries that have faded, end sessions and tokens whose time is over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from ruoshui.organization.actions import sweep_failures, sweep_sessions, sweep_tokens


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="sweep-failures", name="organization.sweep_failures")
def forget_failures(timestamp: int) -> None:
    while sweep_failures(at=timezone.now()):
        pass


@app.periodic(cron="*/5 * * * *")
@app.task(queue="housekeeping", queueing_lock="sweep-sessions", name="organization.sweep_sessions")
def end_old_sessions(timestamp: int) -> None:
    while sweep_sessions(at=timezone.now()):
        pass


@app.periodic(cron="11 * * * *")
@app.task(queue="housekeeping", queueing_lock="sweep-tokens", name="organization.sweep_tokens")
def tell_of_tokens(timestamp: int) -> None:
    while sweep_tokens(at=timezone.now()):
        pass
