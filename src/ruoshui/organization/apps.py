from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    name = "ruoshui.organization"
    label = "organization"
    verbose_name = _("Organization")

    def ready(self) -> None:
        from ruoshui.organization import events, tasks  # noqa: F401 registers the kinds and the jobs
