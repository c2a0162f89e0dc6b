"""The description of the API tells shapes apart by their names alone: two of one name would be described as one."""

from collections import defaultdict

from ninja import Schema

import ruoshui.web.api.main  # noqa: F401 all of them are loaded by it


def _all(kind: type[Schema]) -> list[type[Schema]]:
    return [found for one in kind.__subclasses__() for found in (one, *_all(one))]


def test_no_two_shapes_of_the_api_have_one_name():
    homes: dict[str, set[str]] = defaultdict(set)
    for shape in _all(Schema):
        if shape.__module__.startswith("ruoshui."):
            homes[shape.__name__].add(shape.__module__)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}
