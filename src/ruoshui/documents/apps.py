from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "ruoshui.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from ruoshui.documents import events, reactions  # noqa: F401 registers them
