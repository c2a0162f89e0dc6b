from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "ruoshui.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from ruoshui.cases import events, reactions  # noqa: F401 registers kinds and reactions
