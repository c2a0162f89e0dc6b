from django.urls import path

from ruoshui.web.portal import cases, commitments, filing, licences, survey, wishes

app_name = "portal"
urlpatterns = [
    path("", filing.home, name="home"),
    path("new/<slug:code>", filing.new, name="new"),
    path("track", cases.track, name="track"),
    path("licences", licences.page, name="licences"),
    path("commitments", commitments.index, name="commitments"),
    path("case/<str:number>", cases.page, name="case"),
    path("case/<str:number>/explanation", commitments.explanation, name="explanation"),
    path("case/<str:number>/messages", cases.write, name="write"),
    path("case/<str:number>/files/<int:pk>", cases.attachment, name="attachment"),
    path("case/<str:number>/documents", cases.bring, name="bring"),
    path("case/<str:number>/documents/<int:pk>", cases.document, name="document"),
    path("wishes/<str:token>", wishes.page, name="wishes"),
    path("s/<str:token>", survey.page, name="survey"),
]
