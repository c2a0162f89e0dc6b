"""Jobs of the register: remind of rounds each morning."""

from django.utils import timezone
from procrastinate.contrib.django import app

from ruoshui.assets.actions import remind_of_rounds


@app.periodic(cron="5 * * * *")
@app.task(queue="housekeeping", queueing_lock="remind-rounds", name="assets.remind")
def remind(timestamp: int) -> None:
    remind_of_rounds(timezone.now())
