from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PacksConfig(AppConfig):
    name = "ruoshui.packs"
    label = "packs"
    verbose_name = _("Industry packs")

    def ready(self) -> None:
        from ruoshui.packs import events  # noqa: F401 registers them
