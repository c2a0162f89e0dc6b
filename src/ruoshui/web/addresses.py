"""Where a call comes from, as far as it can be believed. No models and no views: the live updates read this too.

Outside: everybody else's machines. Inside: private and other addresses that the internet does not know; many people may
share one there. Own: this machine. A proxy may stand there that names nobody: no limit by address can be meant for it.
"""

import ipaddress
from enum import StrEnum
from functools import lru_cache

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 60


class NetworkPlace(StrEnum):
    OUTSIDE = "outside"
    INSIDE = "inside"
    OWN = "own"


@lru_cache(4096)
def parsed(told: str) -> Address | None:
    """An address as it was told: with a port, in brackets, with a zone. IPv4 in the clothes of IPv6 is IPv4."""
    bare = told.strip().partition("%")[0]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def believed(direct: str, forwarded: str) -> str:
    """Who is asking: behind N proxies of ours, the N-th address from the right. As plain as `parsed` makes it."""
    told = [part for part in map(str.strip, forwarded.split(",")) if part] if settings.PROXIES else []
    named = told[-settings.PROXIES] if told and len(told) >= settings.PROXIES else direct
    found = parsed(named)
    return str(found) if found else named[:LONGEST]


def place_of(address: str) -> NetworkPlace:
    found = parsed(address)
    if found is None:
        return NetworkPlace.OUTSIDE
    if found.is_loopback:
        return NetworkPlace.OWN
    return NetworkPlace.OUTSIDE if found.is_global else NetworkPlace.INSIDE


@lru_cache(4096)
def who_of(address: str) -> str | None:
    """Whom a limit counts: the address, of IPv6 its network of one house; None for the own machine."""
    found = parsed(address)
    if found is None:
        return address[:LONGEST] or None
    if found.is_loopback:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
