"""For balancers and monitors: does the process live, and can it do its work."""

import threading
import time

from django.http import HttpRequest, HttpResponse, JsonResponse

from ruoshui.core.readiness import CHECKS, ReadinessCheck, checks
from ruoshui.web.addresses import NetworkPlace, place_of
from ruoshui.web.limits import address_of

KEPT_SECONDS = 2.0


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


class _Kept:
    """The last answer, for two seconds; who asks while somebody looks waits for the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until, self._found = 0.0, dict[str, ReadinessCheck]()

    def look(self) -> dict[str, ReadinessCheck]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = {check.name: check for check in checks()}
                self._until = time.monotonic() + KEPT_SECONDS
            return self._found

    def forget(self) -> None:
        self._until = 0.0


kept = _Kept()


def ready(request: HttpRequest) -> HttpResponse:
    """200 when all is well, else 503. `?only=database,disk`: what a balancer wants to know of one process.

    What each check found is told to the own machine and network only.
    """
    names = request.GET.get("only", ",".join(CHECKS)).split(",")
    if unknown := [name for name in names if name not in CHECKS]:
        return JsonResponse({"unknown": [name[:40] for name in unknown][:10], "known": list(CHECKS)}, status=400)
    found = kept.look()
    are_well = all(found[name].is_well for name in names)
    told: dict[str, object] = {"ready": are_well}
    if place_of(address_of(request)) != NetworkPlace.OUTSIDE:
        told["checks"] = {name: {"well": found[name].is_well, "found": found[name].told} for name in names}
    response = JsonResponse(told, status=200 if are_well else 503)
    response.headers["Cache-Control"] = "no-store"
    if not are_well:
        response.headers["Retry-After"] = "5"
    return response
