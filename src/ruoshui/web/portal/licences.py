"""Whose work is in here: what the screens bring along, and what runs under them."""

import json
from functools import cache
from importlib.metadata import Distribution, PackageMetadata, distributions
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LISTED = "built/third-party.json"
LONGEST = 60  # some write the whole text where its name belongs


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/licences.html", {"screens": in_the_screens(), "server": in_the_server()})


@cache
def in_the_screens() -> list[dict[str, str]]:
    """Name, version and licence; written by the build beside the texts (`frontend/licences.mjs`)."""
    path = finders.find(LISTED)
    if path is None:
        return []
    with open(path, encoding="utf-8") as file:
        found: list[dict[str, str]] = json.load(file)
    return found


@cache
def in_the_server() -> list[dict[str, str]]:
    """The packages of this environment, as they say of themselves."""
    found = {one.metadata["Name"].lower(): one for one in distributions() if one.metadata["Name"]}
    return [_told(found[name]) for name in sorted(found) if name != "ruoshui"]


def _told(one: Distribution) -> dict[str, str]:
    return {"name": one.metadata["Name"], "version": one.version, "licence": licence_of(one.metadata)}


def licence_of(metadata: PackageMetadata) -> str:
    told: Any = metadata.get("License-Expression") or ""  # type: ignore[attr-defined]
    classes = [
        one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier") or [] if one.startswith("License ::")
    ]
    first = str(told or ", ".join(classes) or metadata.get("License") or "").strip().split("\n")[0]  # type: ignore[attr-defined]
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
