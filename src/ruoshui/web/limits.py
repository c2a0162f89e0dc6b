"""A polite limit on everything public: so many requests a minute from one address, for each kind of request.

Counted in each process by itself, as sign-ins are: with two processes at most twice the number. Addresses of the own
machine and network are not limited unless a proxy in front names the real ones (RUOSHUI_PROXIES).
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal

REMEMBERED = 20_000
OWN = ("/work/", "/cockpit/", "/settings/", "/branch/", "/device/", "/static/", "/healthz")
COUNTED = "ruoshui.counted"  # in the scope of a request that has been counted already
GUESSES = ("/track", "/work/sign-in")


class TooMany(Refusal):
    code, status = "too-many", 429
    text = _("Too many requests came from your address. Wait {seconds} seconds and try again.")


class Buckets:
    """Each holds `size` and fills by so many a minute."""

    def __init__(self) -> None:
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
    return believed(str(request.META.get("REMOTE_ADDR", "")), str(request.META.get("HTTP_X_FORWARDED_FOR", "")))


def believed(direct: str, forwarded: str) -> str:
    """Who is asking, as far as we can believe it: behind N proxies of ours, the N-th address from the right."""
    if settings.PROXIES < 1:
        return direct
    told = [part.strip() for part in forwarded.split(",") if part.strip()]
    return told[-settings.PROXIES] if len(told) >= settings.PROXIES else direct


@lru_cache(4096)
def who_of(address: str) -> str | None:
    """The address, of IPv6 its network of one house; None for the own machine and network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60] or None
    if found.is_loopback or found.is_private:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


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
    if path.startswith("/api/"):
        return "api"
    # A chat looks for news by POST, so that its token stands in no address.
    return "write" if writes and not path.endswith("/talk") else "read"


class PoliteLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        counted = COUNTED in request.META.get("asgi.scope", ())
        wait = 0.0 if counted else wait_of(kind_of(request), address_of(request))
        return self.get_response(request) if wait == 0 else _wait(request, int(wait) + 1)


def wait_of(kind: str, address: str) -> float:
    """Counts a request of this kind; the seconds it has to wait, 0 when it need not."""
    size = settings.LIMITS.get(kind, 0) if kind else 0
    who = who_of(address) if size else None
    return buckets.take((kind, who), size, time.monotonic()) if who else 0.0


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    refusal = TooMany(seconds=seconds)
    response: HttpResponse
    if request.path.startswith(("/api/", "/in/", "/chat/")):
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
