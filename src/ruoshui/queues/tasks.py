"""Jobs of the branches: learn at night, see each hour whether promises are kept."""

from django.utils import timezone
from procrastinate.contrib.django import app

from ruoshui.queues.actions.learning import learn_everywhere, learn_new_branches, watch_promise
from ruoshui.queues.models import Branch


@app.periodic(cron="40 2 * * *")
@app.task(queue="housekeeping", queueing_lock="learn-waits", name="queues.learn")
def learn(timestamp: int) -> None:
    learn_everywhere(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queue="housekeeping", queueing_lock="watch-waits", name="queues.watch")
def watch(timestamp: int) -> None:
    now = timezone.now()
    learn_new_branches(now)
    for branch in Branch.objects.filter(is_active=True).select_related("unit"):
        watch_promise(branch, at=now)
