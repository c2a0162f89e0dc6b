"""From where somebody asks: the network of one household or office, and the wider one around it."""

import ipaddress
from functools import lru_cache
from typing import NamedTuple

PREFIXES = {4: (32, 24), 6: (64, 48)}


class Networks(NamedTuple):
    """Of one address. `is_inside`: the own machine or a private network."""

    near: str
    wide: str
    is_inside: bool


def is_this_machine(host: str) -> bool:
    """Of an address or a name."""
    try:
        found = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


@lru_cache(4096)
def networks_of(address: str) -> Networks:
    """An IPv4 address that IPv6 wraps is that IPv4 address. What is no address stands for itself."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Networks(address[:60], address[:60], is_inside=False)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    near, wide = (str(ipaddress.ip_network((found, prefix), strict=False)) for prefix in PREFIXES[found.version])
    return Networks(near, wide, is_inside=found.is_private or found.is_loopback)
