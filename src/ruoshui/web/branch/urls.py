from django.urls import path

from ruoshui.web.branch import at_counter, booking, counter, devices, home, lobby, phone, plates, report, staffing

app_name = "branch"
urlpatterns = [
    path("branch/", home.index, name="home"),
    path("branch/<slug:code>", home.branch, name="branch"),
    path("branch/<slug:code>/screens", home.screens, name="screens"),
    path("branch/<slug:code>/counters", counter.choose, name="counters"),
    path("branch/<slug:code>/counters/<int:number>", counter.page, name="counter"),
    path("branch/<slug:code>/counters/<int:number>/session", counter.session, name="session"),
    path("branch/<slug:code>/counters/<int:number>/calls", counter.call, name="call"),
    path("branch/<slug:code>/numbers/<int:pk>/<slug:verb_name>", at_counter.act, name="act"),
    path("branch/<slug:code>/lobby", lobby.page, name="lobby"),
    path("branch/<slug:code>/lobby/numbers", lobby.take, name="lobby-take"),
    path("branch/<slug:code>/lobby/numbers/<int:pk>/<slug:verb_name>", lobby.act, name="lobby-act"),
    path("branch/<slug:code>/lobby/counters/<int:number>/effect", lobby.effect, name="effect"),
    path("branch/<slug:code>/lobby/counters/<int:number>", lobby.set_counter, name="set-counter"),
    path("branch/<slug:code>/report", report.page, name="report"),
    path("branch/numbered/<int:pk>/report", report.of, name="report-of"),
    path("branch/<slug:code>/staffing", staffing.page, name="staffing"),
    path("branch/<slug:code>/staffing/export.<str:form>", staffing.export, name="staffing-export"),
    path("branch/<slug:code>/staffing/what-if", staffing.what_if, name="what-if"),
    path("device/<str:key>", devices.screen, name="device"),
    path("device/<str:key>/now", devices.now_at, name="device-now"),
    path("device/<str:key>/rating", plates.rate, name="rate"),
    path("device/<str:key>/numbers", devices.take, name="device-take"),
    path("device/<str:key>/returned", devices.give_back, name="device-return"),
    path("n/<uuid:key>", phone.page, name="phone"),
    path("n/<uuid:key>/form", phone.draft, name="draft"),
    path("n/<uuid:key>/departure", phone.leave, name="leave"),
    path("n/<uuid:key>/qr.svg", phone.qr, name="qr"),
    path("branches", booking.branches, name="branches"),
    path("branches/<slug:code>", booking.book, name="book"),
    path("appointments/<slug:code>", booking.page, name="appointment"),
    path("appointments/<slug:code>/calendar.ics", booking.calendar, name="ics"),
    path("appointments/<slug:code>/cancellation", booking.cancel, name="cancel-appointment"),
]
