from django.urls import path

from ruoshui.web.cockpit import processes, views

app_name = "cockpit"
urlpatterns = [
    path("", views.home, name="home"),
    path("processes", processes.page, name="processes"),
]
