from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "ruoshui.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from ruoshui.notices import accounts, tasks  # noqa: F401 registers a reaction and the mailing job
