from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "ruoshui.feedback"
    label = "feedback"
    verbose_name = _("Feedback")

    def ready(self) -> None:
        from ruoshui.feedback import events, reactions  # noqa: F401 registers kinds and reactions
