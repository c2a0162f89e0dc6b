"""Every address of the staff's pages and every operation of the API, with something to send."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from ruoshui.web.api.main import api
from ruoshui.web.branch import appointments, at_counter, lobby
from ruoshui.web.studio.sections import SECTIONS

STAFF_PAGES = ("branch", "workspace", "cockpit", "studio")
NOT_SIGNED_IN = ("device", "n/", "branches", "appointments/")  # for customers and screens
SLUGS = {"code": ("east",), "form": ("csv",), "key": ("x",), "number": ("3",)}


VERBS: dict[str, Collection[str]] = {
    "branch:act": at_counter.VERBS,
    "branch:lobby-act": lobby.VERBS,
    "branch:appointment-act": appointments.VERBS,
}


@dataclass(frozen=True)
class Door:
    """`name` says which it is; `path` has {pk} where a thing is meant."""

    name: str
    method: str
    path: str
    section: str = ""


def pages() -> Iterator[Door]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.namespace in STAFF_PAGES:
            for pattern in resolver.url_patterns:
                assert isinstance(pattern, URLPattern)
                route = f"{resolver.pattern}{pattern.pattern}"
                if not route.startswith(NOT_SIGNED_IN) and "sign-" not in route:
                    yield from _of(f"{resolver.namespace}:{pattern.name}", route)


def _of(name: str, route: str) -> Iterator[Door]:
    if "<slug:section>" in route:
        for code in SECTIONS:
            yield Door(f"{name}/{code}", "POST", "/" + _filled(route.replace("<slug:section>", code)), code)
    elif "<slug:verb_name>" in route:
        for verb in VERBS[name]:
            yield Door(f"{name}/{verb}", "POST", "/" + _filled(route.replace("<slug:verb_name>", verb)))
    elif "templates/" in route:
        yield Door(name, "POST", "/" + _filled(route.replace("<slug:code>", "{type}")))
    else:
        yield Door(name, "POST", "/" + _filled(route))


def _filled(route: str) -> str:
    for kind, name, value in (
        ("int", "pk", "{pk}"),
        ("int", "number", "3"),
        ("slug", "code", "{branch}"),
        ("slug", "key", "x"),
        ("slug", "form", "csv"),
        ("str", "form", "csv"),
    ):
        route = route.replace(f"<{kind}:{name}>", value)
    assert "<" not in route, route
    return route


@cache
def description() -> dict[str, Any]:
    return api.get_openapi_schema()


def operations() -> Iterator[tuple[Door, dict[str, Any]]]:
    """With the schema of what each takes."""
    for path, item in description()["paths"].items():
        for method, operation in item.items():
            if method != "get":
                given = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                filled = path
                for name, value in (
                    ("{number}", "{number}" if "/cases/" in path else "3"),
                    ("{code}", "{appointment}" if "/appointments/" in path else "{branch}"),
                    ("{id}", "{pk}"),
                ):
                    filled = filled.replace(name, value)
                yield Door(operation["operationId"], method.upper(), filled), given.get("schema", {})


def body_of(schema: dict[str, Any], named: dict[str, Any], *, least: bool = False) -> Any:
    """Something that fits: what is named, else the plainest value of its kind; with `least` only what must be there."""
    components = description()["components"]["schemas"]
    if "$ref" in schema:
        return body_of(components[schema["$ref"].rpartition("/")[2]], named, least=least)
    if "anyOf" in schema:
        return body_of(schema["anyOf"][0], named)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        if least:
            properties = {name: properties[name] for name in schema.get("required", ())}
        return {name: named[name] if name in named else body_of(one, named) for name, one in properties.items()}
    if schema.get("type") == "array":
        return [body_of(schema["items"], named)] if schema.get("minItems") else []
    return {"string": "x", "integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(
        str(schema.get("type"))
    )
