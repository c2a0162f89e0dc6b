"""Every address that takes something, aimed at the secret case, with it named in whatever is sent."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from ruoshui.cases.models import Case
from ruoshui.channels.models import LetterIn
from tests.reach.doors import body_of, description
from tests.reach.sent import sent
from tests.secrecy.addresses import HOLE, addresses, is_about_the_secret
from tests.secrecy.visitors import Visitor


@dataclass(frozen=True)
class Write:
    """`door` says which address it is, `path` is it with a row of the secret case in it."""

    door: str
    method: str
    path: str
    body: Any

    def by(self, visitor: Visitor) -> Any:
        """What the visitor is afterwards (signed out, another language) is not kept."""
        cookies = deepcopy(visitor.client.cookies)
        try:
            if self.path.startswith("/api/"):
                body = json.dumps(self.body)
                return visitor.client.generic(self.method, self.path, body, "application/json", headers=visitor.headers)
            return visitor.client.post(self.path, self.body, headers={"hx-request": "false"})
        finally:
            visitor.client.cookies = cookies


def writes(world: SimpleNamespace, *, is_short: bool) -> list[Write]:
    """Those of a case are sent to an open one too, and name the secret one. Short: one row at each address that counts
    rows of the secret case, and the addresses of staff that count nothing.
    """
    return [*_pages(world, is_short), *_operations(world, 1 if is_short else None)]


def _pages(world: SimpleNamespace, is_short: bool) -> Iterator[Write]:
    for pattern, filled in addresses(world).items():
        if pattern.startswith(("api/", "static")):
            continue
        is_plain = "<" not in pattern and pattern.startswith("work/")
        if is_short and not is_plain and not is_about_the_secret(world, pattern):
            continue
        for path in filled[: 1 if is_short else None]:
            yield Write(pattern, "POST", path, form(world, other=world.open_one))
        if "cases/<" in pattern:
            path = filled[0].replace(world.secret.number, world.open_one.number)
            path = path.replace(f"/cases/{world.secret.pk}/", f"/cases/{world.open_one.pk}/")
            yield Write(f"{pattern} of an open case", "POST", path, form(world, other=world.secret))


def _operations(world: SimpleNamespace, rows: int | None) -> Iterator[Write]:
    filled = {HOLE.sub(r"<\2>", pattern): places for pattern, places in addresses(world).items()}
    for path, item in description()["paths"].items():
        for method, operation in item.items():
            if method == "get":
                continue
            given = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            body = body_of(given["schema"], named(world)) if "schema" in given else None
            for place in filled[path.lstrip("/").replace("{", "<").replace("}", ">")][:rows]:
                yield Write(operation["operationId"], method.upper(), place, body)


def keys(world: SimpleNamespace) -> dict[str, int]:
    """What fields are called that mean a row, with the row of the secret case."""
    found = {model.__name__.lower(): rows[0].pk for model, rows in world.rows.items()}
    return found | {"letter": world.rows[LetterIn][0].pk, "customer": world.customer.pk}


def form(world: SimpleNamespace, *, other: Case) -> dict[str, Any]:
    demo = world.demo
    given = sent(1, demo.units["south"].pk) | {name: str(pk) for name, pk in keys(world).items()}
    people = dict.fromkeys(("staff", "assignee", "deputy"), str(demo.staff["wang"].pk))
    cases = {"number": other.number, "other": other.number, "case": str(other.pk)}
    return given | people | cases | {"type": str(demo.types["enquiry"].pk), "secrecy": "1"}


def named(world: SimpleNamespace) -> dict[str, Any]:
    until = "2030-03-09T10:00:00+08:00"
    people = {"assignee": "wang", "staff": "wang", "unit": "south", "type": "enquiry", "customer": world.customer.pk}
    values = {"until": until, "starts_at": until, "reason": "customer", "outcome": "explained", "state": "paused"}
    return keys(world) | people | values | {"case": world.secret.number, "confidential": False, "version": None}
