from django.urls import path

from ruoshui.web.chat import views

app_name = "chat"
urlpatterns = [
    path("<slug:code>.js", views.script, name="script"),
    path("<slug:code>", views.frame, name="frame"),
    path("<slug:code>/talk", views.talk, name="talk"),
    path("<slug:code>/say", views.say, name="say"),
    path("<slug:code>/files/<int:pk>", views.file, name="file"),
]
