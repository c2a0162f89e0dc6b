"""Where to go after a form: only ever to a page of ours, whatever the form or the browser says."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from ruoshui.core.plain_text import unkept_at

LONGEST = 2000


def our_path(request: HttpRequest, wanted: str) -> str:
    """The path, with its query, of a page of ours; empty for anything else."""
    if not wanted or len(wanted) > LONGEST or unkept_at(wanted) >= 0 or any(letter.isspace() for letter in wanted):
        return ""
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(wanted)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""


def safe_back(request: HttpRequest, otherwise: str, *, wanted: str | None = None) -> HttpResponseRedirect:
    """To `wanted`, by default to where the form was sent from; if that is no page of ours, `otherwise` (as `redirect`
    takes it).
    """
    asked = request.headers.get("Referer", "") if wanted is None else wanted
    return HttpResponseRedirect(our_path(request, asked) or resolve_url(otherwise))
