from django.apps import AppConfig

from ruoshui.core.losing import set_up_transactions
from ruoshui.core.pooling import set_up_pools


class CoreConfig(AppConfig):
    name = "ruoshui.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        set_up_pools()
        set_up_transactions()
