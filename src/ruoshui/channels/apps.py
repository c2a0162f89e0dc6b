from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "ruoshui.channels"
    label = "channels"
    verbose_name = _("Channels")

    def ready(self) -> None:
        from ruoshui.channels import guarding  # noqa: F401 registers what it holds
