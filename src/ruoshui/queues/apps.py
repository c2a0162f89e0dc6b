from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QueuesConfig(AppConfig):
    name = "ruoshui.queues"
    label = "queues"
    verbose_name = _("Branch queues")

    def ready(self) -> None:
        from ruoshui.queues import events, notices, reactions, tasks  # noqa: F401 registers what they hold
