from django.urls import path

from ruoshui.web.cockpit import views

app_name = "cockpit"
urlpatterns = [path("", views.home, name="home")]
