from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "ruoshui.sla"
    label = "sla"
    verbose_name = _("Service levels")

    def ready(self) -> None:
        from ruoshui.sla import events, notices, promised, reactions, request_events, tasks  # noqa: F401 registers what they hold
