from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "ruoshui.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from ruoshui.customers import events  # noqa: F401 registers the kinds
