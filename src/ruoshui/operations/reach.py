"""Whether other machines can reach this installation. Used before Django starts."""

import os
from urllib.parse import urlsplit

from ruoshui.core.networks import is_this_machine


def others_reach(host: str = "127.0.0.1") -> bool:
    """A web that is bound to `host`: can others reach it, or is its public address meant for them?"""
    public = urlsplit(os.environ.get("RUOSHUI_PUBLIC_URL", "http://localhost"))
    return public.scheme == "https" or not all(is_this_machine(one) for one in (host, public.hostname or ""))
