"""Who is signed in with a password that somebody else knows chooses their own before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ruoshui.organization.models import Staff

STAFF_PAGES = ("/work/", "/cockpit/", "/settings/", "/branch/")
STAY_OPEN = ("workspace:account", "workspace:password", "workspace:sign-in", "workspace:sign-out")


class OwnPassword:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(STAFF_PAGES) and _must_choose(request):
            where = reverse("workspace:account")
            if request.headers.get("HX-Request"):
                return HttpResponse(headers={"HX-Redirect": where})
            return redirect(where)
        return self.get_response(request)


def _must_choose(request: HttpRequest) -> bool:
    staff = request.user
    return (
        isinstance(staff, Staff)
        and staff.must_change_password
        and request.path_info not in [reverse(name) for name in STAY_OPEN]
    )
