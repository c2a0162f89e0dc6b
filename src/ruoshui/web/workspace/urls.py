from django.urls import path

from ruoshui.web.workspace import cases, customers, lists, session, verbs

app_name = "workspace"
urlpatterns = [
    path("", lists.home, name="home"),
    path("sign-in", session.sign_in, name="sign-in"),
    path("sign-out", session.sign_out, name="sign-out"),
    path("presence", session.presence, name="presence"),
    path("cases", lists.cases, name="cases"),
    path("cases/new", cases.new, name="new"),
    path("cases/<int:pk>", cases.page, name="case"),
    path("files/<int:pk>", cases.attachment, name="attachment"),
    path("search", lists.search, name="search"),
    path("views", lists.views, name="views"),
    path("cases/<int:pk>/messages", verbs.say, name="say"),
    path("cases/<int:pk>/assignment", verbs.assign, name="assign"),
    path("cases/<int:pk>/team", verbs.queue, name="queue"),
    path("cases/<int:pk>/suspension", verbs.suspend, name="suspend"),
    path("cases/<int:pk>/resolution", verbs.resolve, name="resolve"),
    path("cases/<int:pk>/closure", verbs.close, name="close"),
    path("cases/<int:pk>/reopening", verbs.reopen, name="reopen"),
    path("cases/<int:pk>/unit", verbs.hand_over, name="pass"),
    path("cases/<int:pk>/merger", verbs.merge, name="merge"),
    path("cases/<int:pk>/parts", verbs.split, name="split"),
    path("cases/<int:pk>/links", verbs.link, name="link"),
    path("cases/<int:pk>/participants", verbs.participate, name="participate"),
    path("cases/<int:pk>/particulars", verbs.categorize, name="categorize"),
    path("customers", customers.index, name="customers"),
    path("customers/new", customers.new, name="new-customer"),
    path("customers/<int:pk>", customers.page, name="customer"),
    path("customers/<int:pk>/contacts", customers.add_contact_view, name="customer-contact"),
    path("customers/<int:pk>/notes", customers.note, name="customer-note"),
    path("customers/<int:pk>/merger", customers.merge, name="customer-merge"),
]
