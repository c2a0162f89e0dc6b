"""The bell: what one was told and has not seen, and all of it on a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ruoshui.core.typed import is_whole
from ruoshui.notices.actions import read_notices
from ruoshui.notices.models import Notice
from ruoshui.notices.sentences import sentence_of, wording_of
from ruoshui.organization.models import Staff
from ruoshui.web.access import staff_of, staff_only
from ruoshui.web.live import follows

MOST = 99
PAGE = 100
PLACES = {
    "cases.case": "workspace:case",
    "sla.internalrequest": "workspace:request",
    "processes.task": "workspace:task",
    "queues.branch": "branch:report-of",
}


def unread_count(staff: Staff) -> int:
    """At most 99: more than that nobody counts."""
    return Notice.objects.shown_to(staff).filter(read_at__isnull=True)[:MOST].count()


@staff_only
def bell(request: HttpRequest) -> HttpResponse:
    return render(request, "workspace/parts/bell.html", {"unread": unread_count(staff_of(request))})


@staff_only
def index(request: HttpRequest) -> HttpResponse:
    staff = staff_of(request)
    shown = Notice.objects.shown_to(staff).order_by("-pk")
    if is_whole(after := request.GET.get("after", "")):
        shown = shown.filter(pk__lt=int(after))
    found = list(shown[: PAGE + 1])
    context = {
        "rows": [(notice, sentence_of(notice), wording_of(notice), link_of(notice)) for notice in found[:PAGE]],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "place": "notices",
        **follows(f"staff:{staff.pk}", reader=staff.pk),
    }
    part = getattr(request, "htmx", False)
    return render(request, "workspace/parts/notices.html" if part else "workspace/notices.html", context)


def link_of(notice: Notice) -> str:
    if notice.count > 1:
        return reverse("workspace:desk")
    if notice.about_kind == "organization.staff":  # of others' accounts one is told of tokens only
        return reverse("workspace:account" if notice.about_id == notice.staff_id else "studio:tokens")
    place = PLACES.get(notice.about_kind)
    return reverse(place, args=[notice.about_id]) if place else ""


@staff_only
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """To what the notice is about; it counts as read."""
    staff = staff_of(request)
    notice = Notice.objects.shown_to(staff).filter(pk=pk).first()
    if notice is None:
        return redirect("workspace:notices")
    read_notices(staff, [pk], at=timezone.now())
    return redirect(link_of(notice) or "workspace:notices")


@staff_only
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    read_notices(staff_of(request), at=timezone.now())
    return redirect("workspace:notices")
