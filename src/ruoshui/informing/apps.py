from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InformingConfig(AppConfig):
    name = "ruoshui.informing"
    label = "informing"
    verbose_name = _("Informing customers")

    def ready(self) -> None:
        from ruoshui.informing import reactions  # noqa: F401 registers them
