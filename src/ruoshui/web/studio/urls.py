from django.urls import path

from ruoshui.web.studio import branches, calendars, levels, staff, strategy, things, tokens, units

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
    path("levels", levels.index, name="levels"),
    path("levels/new", levels.edit, name="new-level"),
    path("levels/<int:pk>", levels.edit, name="level"),
    path("levels/<int:pk>/draft", levels.draft, name="draft"),
    path("levels/<int:pk>/draft/discarded", levels.discard, name="discard-draft"),
    path("strategy", strategy.index, name="strategy"),
    path("strategy/draft", strategy.draft, name="strategy-draft"),
    path("strategy/draft/discarded", strategy.discard, name="discard-strategy"),
    path("branches", branches.index, name="branches"),
    path("branches/<int:pk>", branches.edit, name="branch"),
    path("branches/<int:pk>/queues", branches.queue, name="branch-queue"),
    path("branches/<int:pk>/counters", branches.counter, name="branch-counter"),
    path("branches/<int:pk>/duties", branches.duties, name="branch-duties"),
    path("branches/<int:pk>/devices", branches.device, name="branch-device"),
    path("<slug:section>", things.index, name="things"),
    path("<slug:section>/new", things.edit, name="new-thing"),
    path("<slug:section>/<int:pk>", things.edit, name="thing"),
]
