"""A polite limit on everything public: so many requests a minute from one address, for each kind of request.

Counted in each process by itself: with two processes at most twice the number. Inside the own network, where many may
share an address, it is INSIDE_TIMES as much. The own machine is not limited: a proxy in front of us that names nobody
(RUOSHUI_PROXIES=0) speaks for everybody.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal
from ruoshui.web.addresses import NetworkPlace, believed, place_of, who_of
from ruoshui.web.forwarded import note_forwarded

REMEMBERED = 20_000
INSIDE_TIMES = 10
RETRY_SECONDS = 30
OWN = ("/work/", "/cockpit/", "/settings/", "/branch/", "/static/", "/healthz", "/readyz")
DEVICE, READS_JSON = "/device/", ("/now", "/numbers", "/returned")
OF_ONE_DEVICE = 60  # numbers and verdicts a minute from one screen: nobody's finger is faster
COUNTED = "ruoshui.counted"  # in the scope of a request that has been counted already
GUESSES = ("/track", "/work/sign-in")


class TooMany(Refusal):
    code, status = "too-many", 429
    text = _("Too many requests came from your address. Wait {seconds} seconds and try again.")


class Buckets:
    """Each holds `size` and fills by so many a minute of `clock`, which counts seconds from anywhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, key: tuple[str, str], size: int, now: float) -> float:
        """0 when there was one to take; else the seconds until there is."""
        left, since = self._kept.pop(key, (float(size), now))
        left = min(float(size), left + (now - since) * size / 60)
        wait = 0.0 if left >= 1 else (1 - left) * 60 / size
        self._kept[key] = (left - 1 if wait == 0 else left, now)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return wait

    def clear(self) -> None:
        self._kept.clear()


buckets = Buckets()


def address_of(request: HttpRequest) -> str:
    direct, forwarded = str(request.META.get("REMOTE_ADDR", "")), str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    note_forwarded(direct, forwarded)
    return believed(direct, forwarded)


def kind_of(request: HttpRequest) -> str:
    """Which limit a request counts against; empty: none."""
    path = request.path
    writes = request.method not in ("GET", "HEAD", "OPTIONS")
    if (writes and path.startswith(GUESSES)) or (path.startswith("/case/") and "code" in request.GET):
        return "guess"
    if path.startswith(OWN):
        return ""
    if path.startswith("/in/"):
        return "in"
    if path.startswith(DEVICE):
        return "device"
    if path.startswith("/api/"):
        return "api"
    # A chat looks for news by POST, so that its token stands in no address.
    return "write" if writes and not path.endswith("/talk") else "read"


def for_programs(path: str) -> bool:
    """Is it a program that reads the answer?"""
    return path.startswith(("/api/", "/in/", "/chat/")) or (path.startswith(DEVICE) and path.endswith(READS_JSON))


class PoliteLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        counted = COUNTED in request.META.get("asgi.scope", ())
        wait = 0.0 if counted else wait_of(kind_of(request), address_of(request)) or _wait_of_device(request)
        return self.get_response(request) if wait == 0 else _wait(request, ceil(wait))


def wait_of(kind: str, address: str) -> float:
    """Counts a request of this kind; the seconds it has to wait, 0 when it need not."""
    size = settings.LIMITS.get(kind, 0) if kind else 0
    who = who_of(address) if size else None
    if place_of(address) == NetworkPlace.INSIDE:
        size *= INSIDE_TIMES
    return buckets.take((kind, who), size, buckets.clock()) if who else 0.0


def _wait_of_device(request: HttpRequest) -> float:
    """The address of a screen is its key, also where all screens of a hall share one address of the network."""
    if not request.path.startswith(DEVICE) or request.method != "POST" or not settings.LIMITS.get("device"):
        return 0.0
    key = request.path.removeprefix(DEVICE).partition("/")[0][:80]
    return buckets.take(("one device", key), OF_ONE_DEVICE, buckets.clock())


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    refusal = TooMany(seconds=seconds)
    response: HttpResponse
    if for_programs(request.path):
        told = {
            "type": "about:blank",
            "title": refusal.code,
            "status": 429,
            "code": refusal.code,
            "detail": str(refusal),
        }
        response = JsonResponse(told, status=429, content_type="application/problem+json")
    else:
        response = render(request, "refusal.html", {"refusal": refusal}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
