from django.urls import path

from ruoshui.web.cockpit import lateness, limits, processes, views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("lateness", lateness.page, name="lateness"),
    path("limits", limits.page, name="limits"),
    path("processes", processes.page, name="processes"),
]
