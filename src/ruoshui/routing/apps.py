from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "ruoshui.routing"
    label = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        from ruoshui.routing import reactions  # noqa: F401 registers the reactions
