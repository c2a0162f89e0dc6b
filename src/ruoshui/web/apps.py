from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "ruoshui.web"
    label = "web"
