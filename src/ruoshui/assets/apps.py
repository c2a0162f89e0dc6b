from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "ruoshui.assets"
    label = "assets"
    verbose_name = _("Equipment")

    def ready(self) -> None:
        from ruoshui.assets import events, notices, reactions  # noqa: F401 registers them
