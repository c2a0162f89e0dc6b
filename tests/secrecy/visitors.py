"""Who comes to look: people by their names, strangers without one, customers of another case, programs."""

import io
import re
import zipfile
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.test import Client
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
from tests.secrecy.bound import Model, bound_models, marker_of

LINK = re.compile(r"""(?:href|hx-get|src|action)="([^"#]*)""")
MARKER = re.compile(r"zq\d\dsecret")


@dataclass
class Visitor:
    name: str
    client: Client
    headers: dict[str, str] = field(default_factory=dict)
    is_program: bool = False

    def get(self, address: str) -> Any:
        return self.client.get(address, headers=self.headers)

    def may_knock(self, address: str) -> bool:
        return address.startswith("/api/") == self.is_program


def person(world: SimpleNamespace, username: str) -> Visitor:
    client = Client(raise_request_exception=False)
    client.force_login(world.demo.staff[username])
    client.cookies["django_language"] = "en"
    return Visitor(username, client)


def nobody(_world: SimpleNamespace) -> Visitor:
    return Visitor("nobody", Client(raise_request_exception=False))


def customer(world: SimpleNamespace) -> Visitor:
    """Has shown the code of their own case, and nothing else."""
    client = Client(raise_request_exception=False)
    found = client.post("/track", {"number": world.theirs.number, "code": world.theirs.access_code})
    assert found.status_code == 302
    return Visitor("customer", client)


def program(world: SimpleNamespace, username: str, *scopes: str) -> Visitor:
    _token, secret = issue_token(
        world.demo.staff[username], name="walk", scopes=scopes or Scope.values, by=SYSTEM, at=timezone.now()
    )
    name = f"program of {username} ({', '.join(scopes) or 'all'})"
    return Visitor(name, Client(raise_request_exception=False), {"authorization": f"Bearer {secret}"}, True)


def words_of(response: Any) -> str:
    """All that came, with what is packed in it. A PDF is not read: whether it comes at all is looked at elsewhere."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    return body.decode(errors="replace") + str(dict(response.headers))


def tables_in(words: str) -> set[Model]:
    known = {marker_of(model): model for model in bound_models()}
    return {known[found] for found in MARKER.findall(words)}


def links_in(words: str, here: str) -> set[str]:
    """With their questions: tabs, filters, pages."""
    path = here.partition("?")[0]
    found = (link.replace("&amp;", "&") for link in LINK.findall(words))
    return {path + link if link.startswith("?") else link for link in found if "?" in link and link[0] in "?/"}
