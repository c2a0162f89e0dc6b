"""Times of a branch are read by its own clock, wherever the site is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ruoshui.queues.models import Branch
from ruoshui.queues.setup import setup_of


def render_there(
    request: HttpRequest, branch: Branch, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A template brings every time into the current zone: for a page of a branch that is the branch's."""
    with timezone.override(setup_of(branch.pk, branch.revision).zone):
        return render(request, template, context, status=status)
