from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ruoshui.web"
    label = "web"

    def ready(self) -> None:
        from ruoshui.web import sessions  # noqa: F401 registers what happens at signing in
