from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    name = "ruoshui.organization"
    label = "organization"
    verbose_name = _("Organization")

    def ready(self) -> None:
        from ruoshui.organization import events, guarding, tasks  # noqa: F401 registers kinds, guards and jobs
