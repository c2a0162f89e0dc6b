from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "ruoshui.processes"
    label = "processes"
    verbose_name = _("Processes")

    def ready(self) -> None:
        from ruoshui.processes import events, guarding, notices, reactions  # noqa: F401 registers what they hold
