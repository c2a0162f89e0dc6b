"""Pages as PDF, made on the server: a paper to be filed looks the same wherever it was made.

WeasyPrint is an extra (`pdf`) and needs the system's Pango. Nothing outside the page is loaded: what people typed can
name no address that the server would fetch.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from ruoshui.core.refusals import Refusal


class NoPdf(Refusal):
    code, status = "no-pdf", 503
    text = _("This machine makes no PDF: Pango or the extra “pdf” is missing. Print the page and save it as PDF.")


@cache
def can_print() -> bool:
    try:
        import weasyprint  # noqa: F401 it loads Pango
    except (ImportError, OSError):
        return False
    return True


def pdf_response(request: HttpRequest, template: str, context: Mapping[str, Any], name: str) -> HttpResponse:
    """The template, which brings its own style, as `name`.pdf."""
    if not can_print():
        raise NoPdf
    response = HttpResponse(pdf_of(render_to_string(template, dict(context), request)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def pdf_of(html: str) -> bytes:
    from weasyprint import HTML, urls

    nothing = urls.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    made: bytes = HTML(string=html, url_fetcher=nothing).write_pdf()
    return made
