"""The description of the API tells shapes apart by their names alone: two of one name would be described as one."""

import json
import re
from collections import defaultdict

from ninja import Schema

from ruoshui.web.api.main import api  # all of them are loaded by it


def _all(kind: type[Schema]) -> list[type[Schema]]:
    return [found for one in kind.__subclasses__() for found in (one, *_all(one))]


def test_no_two_shapes_of_the_api_have_one_name():
    homes: dict[str, set[str]] = defaultdict(set)
    for shape in _all(Schema):
        if shape.__module__.startswith("ruoshui."):
            homes[shape.__name__].add(shape.__module__)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def _operations():
    schema = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_has_a_name_of_its_own():
    named = defaultdict(list)
    for where, operation in _operations():
        named[operation["operationId"]].append(where)
    assert {name: places for name, places in named.items() if len(places) > 1} == {}
    # As generators make functions of them: plain words, none made up of a module's path.
    assert [name for name in named if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name) or name.startswith("ruoshui")] == []


def test_every_shape_that_is_named_is_described():
    schema = api.get_openapi_schema()
    named = set(re.findall(r"#/components/schemas/([^\"']+)", json.dumps(schema)))
    assert named - set(schema["components"]["schemas"]) == set()


def test_every_error_is_described_as_a_problem():
    for where, operation in _operations():
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], where
