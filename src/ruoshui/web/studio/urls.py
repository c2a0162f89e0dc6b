from django.urls import path

from ruoshui.web.studio import calendars, staff, things, tokens, units

app_name = "studio"
urlpatterns = [
    path("", units.index, name="home"),
    path("units", units.index, name="units"),
    path("units/<int:pk>", units.edit, name="unit"),
    path("staff", staff.index, name="staff"),
    path("staff/new", staff.new, name="hire"),
    path("staff/<int:pk>", staff.edit, name="person"),
    path("staff/<int:pk>/absences", staff.absence, name="absence"),
    path("calendars", calendars.index, name="calendars"),
    path("calendars/<int:pk>", calendars.edit, name="calendar"),
    path("calendars/<int:pk>/special-days", calendars.special_day, name="special-day"),
    path("tokens", tokens.index, name="tokens"),
    path("tokens/<int:pk>/revocation", tokens.revoke, name="revoke"),
    path("<slug:section>", things.index, name="things"),
    path("<slug:section>/new", things.edit, name="new-thing"),
    path("<slug:section>/<int:pk>", things.edit, name="thing"),
]
