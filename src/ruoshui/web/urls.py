from django.urls import include, path
from django.views.i18n import set_language

from ruoshui.web import inbound
from ruoshui.web.api.main import api
from ruoshui.web.health import alive, ready
from ruoshui.web.repeating import may_repeat
from ruoshui.web.whose import says_whose
from ruoshui.web.workspace import phone

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("ruoshui.web.portal.urls")),
    path("", include("ruoshui.web.branch.urls")),
    path("work/", include("ruoshui.web.workspace.urls")),
    path("cockpit/", include("ruoshui.web.cockpit.urls")),
    path("settings/", include("ruoshui.web.studio.urls")),
    path("chat/", include("ruoshui.web.chat.urls")),
    path("in/exchanges/<slug:code>", phone.exchange, name="exchange-in"),
    path("in/lines/<slug:code>", inbound.line, name="line-in"),
    path("language/", may_repeat(set_language), name="language"),
    path("healthz", says_whose(alive)),
    path("readyz", ready),
]
handler400 = "ruoshui.web.unread.unreadable"
handler404 = "ruoshui.web.errors.not_found"
handler500 = "ruoshui.web.errors.broken"
