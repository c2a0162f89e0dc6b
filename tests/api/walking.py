"""A program that uses what it was answered: values for every parameter and field, from the OpenAPI document and before.

`pools[name]` holds what answers said under a field's name, or what the members of a collection are called in addresses:
`pools["customers"]` the ids of customers, `pools["units"]` the codes of units. A field `unit` finds both.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from jsonschema import Draft202012Validator

from ruoshui.web.api.main import api

Schema = dict[str, Any]
DOCUMENT: Schema = api.get_openapi_schema()
PLAIN = {"string": "x", "integer": 1, "number": 1, "boolean": True, "object": {}, "null": None}
FORMATS = {"date": "2026-03-05", "date-time": "2026-03-05T10:00:00+08:00", "time": "21:00"}
# What the document cannot say: by the field's name everywhere, or by the operation.
GIVEN: dict[str, list[Any]] = {
    "minutes": [60], "content": ["d29yZHM="], "contacts": [[{"kind": "phone", "value": "13800007777"}]],
    "number": ["13800007777"], "score": [4], "since": ["2026-03-04T09:30:00+08:00"], "day": ["2026-03-05"],
    "begin": ["2026-03-04T09:00:00+08:00"], "end": ["2026-03-04T09:30:00+08:00"], "form": [{}], "results": [[]],
    "not_before": ["2026-03-05T10:00:00+08:00"], "contact": ["13800007777"], "name": ["沈佳"], "title": ["说明"],
}  # fmt: skip
GIVEN_TO: dict[tuple[str, str], Any] = {
    ("/cases/{number}/documents", "name"): "说明.txt", ("/cases/{number}/documents", "code"): None,
    ("/cases/{number}/tasks", "staff"): "chen",
}  # fmt: skip
# Whose field is filled with what another operation answered: the pool's name.
TAKEN = {
    ("/assets", "kind"): "asset-kinds", ("/cases", "type"): "case-types",
    ("/branches/{code}/appointments", "starts_at"): "slots.starts_at",
    ("/branches/{code}/slots", "business"): "queues.business",
    ("/branches/{code}/appointments", "business"): "queues.business",
    ("/branches/{code}/tickets", "business"): "queues.business",
}  # fmt: skip
ODD: list[Any] = [
    None, "", " ", "x" * 3000, "\u202eabc", "=1+1", "²", "٣", -1, 0, 2**31, 2**53, 10**17, 1.5, -0.0, 1e300, True, [], {}, [[]],
    {"a": {"b": 1}}, "0377-05-05T09:00:00+08:00", "9999-12-31T23:59:59-14:00", "2026-03-05T10:00:00+23:59", "NaN", "1e400",
]  # fmt: skip
ODD_PATHS = ["0", "-1", "9" * 30, "x", "²", "%20", "%E2%80%AE", "x" * 300, "nan"]


@dataclass
class Operation:
    method: str
    path: str
    parameters: list[Schema]
    body: Schema | None
    answers: dict[str, Schema | None]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def operations() -> list[Operation]:
    found = []
    for path, methods in DOCUMENT["paths"].items():
        for method, said in methods.items():
            body = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            answers = {
                str(status): next((kind.get("schema") for kind in one.get("content", {}).values()), None)
                for status, one in said["responses"].items()
            }
            found.append(Operation(method.upper(), path, said.get("parameters", []), body, answers))
    return found


def resolved(schema: Schema) -> Schema:
    """Without `$ref`, and of several ways the first that is something."""
    if "$ref" in schema:
        return resolved(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for several in ("anyOf", "allOf", "oneOf"):
        if several in schema:
            return resolved(next(one for one in schema[several] if one.get("type") != "null"))
    return schema


def collection(path: str, name: str) -> str:
    """Whose member an address's part is: “/cases/{number}” → “cases”."""
    found = re.search(rf"([\w-]+)/{{{name}}}", path)
    assert found is not None
    return found[1]


@dataclass
class Walk:
    """`call(method, path, body)` → status, answer.

    `wrong`: what must not be, by what was asked; `done`: operations that went well; `met`: those that were asked about
    something that is there.
    """

    call: Any
    random: Random
    pools: dict[str, list[Any]] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def value(self, path: str, name: str, schema: Schema) -> Any:
        schema = resolved(schema)
        kind, shape = schema.get("type", "string"), schema.get("format", "")
        if "enum" in schema or "const" in schema:
            return self.random.choice(schema.get("enum") or [schema["const"]])
        own = (path.removeprefix("/api/v1"), name)
        if own in GIVEN_TO:
            return GIVEN_TO[own]
        if taken := self.pools.get(TAKEN.get(own, "")):
            return self.random.choice(taken[-8:])
        if name in GIVEN:
            return GIVEN[name][0]
        if shape in FORMATS:
            return FORMATS[shape]
        if known := self.known(name, kind):
            return self.random.choice(known)
        if kind == "array":
            return [self.value(path, name, schema["items"])]
        if "properties" in schema:
            return self.body(path, schema)
        return PLAIN[kind]

    def known(self, name: str, kind: str) -> list[Any]:
        """What answers said under that name, and how members of a collection of that name are called."""
        plural = [key for key in self.pools if key == f"{name}s" or key.endswith(f"-{name}s")]
        fits = int if kind in ("integer", "number") else str
        pools = [self.pools[key] for key in plural or [name] if key in self.pools]
        return [one for pool in pools for one in pool[-8:] if isinstance(one, fits)] if kind in PLAIN else []

    def body(self, path: str, schema: Schema, most: bool = False) -> dict[str, Any]:
        """What the schema asks for; of what it only allows now and then one, or with `most` every second."""
        schema = resolved(schema)
        needed, share = schema.get("required", []), 0.5 if most else 0.15
        return {
            name: self.value(path, name, one)
            for name, one in schema.get("properties", {}).items()
            if name in needed or (path.removeprefix("/api/v1"), name) in GIVEN_TO or self.random.random() < share
        }

    def address(self, operation: Operation) -> str:
        def part(found: re.Match[str]) -> str:
            pool = self.pools.get(collection(operation.path, found[1])) or self.pools.get(
                found[1] if found[1] == "milestone" else "", []
            )
            if not pool:
                return "1"
            self.met.add(operation.name)
            return str(self.random.choice(pool[-6:]))

        return re.sub(r"\{(\w+)\}", part, operation.path) + self._query(operation)

    def _query(self, operation: Operation) -> str:
        asked = {
            one["name"]: self.value(operation.path, one["name"], one["schema"])
            for one in operation.parameters
            if one["in"] == "query" and (one.get("required") or self.random.random() < 0.2)
        }
        return "?" + urlencode(asked) if asked else ""

    def take(self, operation: Operation, address: str, body: Any = None) -> int:
        """Asks, keeps what is answered for the next, and notes what must not be."""
        status: int
        status, answer = self.call(operation.method, address, body)
        said = f"{operation.method} {address} {json.dumps(body)[:300]}"
        schema = operation.answers.get(str(status))
        if status >= 500 or str(status) not in operation.answers:
            self.wrong[said] = (status, str(answer)[:300])
        elif schema and answer is not None:
            whole = {**schema, "components": DOCUMENT["components"]}
            faults = [one.message for one in Draft202012Validator(whole).iter_errors(answer)]
            self.wrong |= {said: faults[:2]} if faults else {}
        if status < 300:
            self.done.add(operation.name)
            self.harvest(operation, answer)
        return status

    def harvest(self, operation: Operation, answer: Any) -> None:
        """Each value under its field's name, under that of the list it stands in, and as a member of its collection."""
        last = operation.path.rpartition("/")[2]
        for found in _objects(answer):
            for name, value in found.items():
                if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                    self._keep(name, value)
                    self._keep(f"{last}.{name}", value)
        said = answer.get("items", answer) if isinstance(answer, dict) else answer
        for one in said if isinstance(said, list) else [said]:
            for place, name in MEMBERS.get(_answered(operation), []):
                if isinstance(one, dict) and name in one:
                    self._keep(place, one[name])
        for place, rows in answer.items() if isinstance(answer, dict) else []:
            for one in rows if isinstance(rows, list) else []:
                for name in _names(place) if isinstance(one, dict) else []:
                    self._keep(place, one.get(name))
                    for key, value in one.items():
                        self._keep(f"{place}.{key}", value) if isinstance(value, str) else None

    def _keep(self, name: str, value: Any) -> None:
        """The newest last; the oldest go when there are many."""
        pool = self.pools.setdefault(name, [])
        if value is not None and value not in pool:
            pool.append(value)
            del pool[:-40]


def _answered(operation: Operation) -> str:
    """The schema of what a call answers when it goes well, that of the members when it is a list or a page."""
    schema = next((one for status, one in operation.answers.items() if status < "300" and one), {})
    while True:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = DOCUMENT["components"]["schemas"][name].get("properties", {}).get("items", {})
            if not schema:
                return str(name)
        elif "items" in schema:
            schema = schema["items"]
        else:
            return ""


def _names(place: str) -> list[str]:
    """By which fields a member of the collection is named: in addresses, or when it is in none, in bodies."""
    inside = {one for path in DOCUMENT["paths"] for one in re.findall(rf"/{place}/{{(\w+)}}", path)}
    return [name if name in ("number", "code") else "id" for name in inside] or ["username", "code"]


def _members() -> dict[str, list[tuple[str, str]]]:
    """Schema → the collections that its objects are members of, with the field by which they are called."""
    found: dict[str, list[tuple[str, str]]] = {}
    for operation in operations():
        place = re.fullmatch(r"/api/v1/([\w-]+)(/{\w+})?(/[\w-]+)?", operation.path)
        if place and "201" not in operation.answers and (place[2] or operation.method == "GET"):
            members = found.setdefault(_answered(operation), [])
            members += [(place[1], name) for name in _names(place[1]) if (place[1], name) not in members]
    return found


MEMBERS = _members()


def _objects(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        yield answer
        answer = list(answer.values())
    if isinstance(answer, list):
        for one in answer:
            yield from _objects(one)
