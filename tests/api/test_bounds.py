"""Every moment, day and number that the API's description names, found there: far ones refused, none kept."""

import math
from collections.abc import Iterator
from datetime import date
from itertools import product

from django.apps import apps
from django.db import connection, models

from tests.api.test_create_and_use import walk  # noqa: F401 the fixture
from tests.api.walking import Operation, Schema, operations, resolved
from tests.conftest import NOW
from tests.web.conftest import full_house  # noqa: F401 the fixture

YEARS = ["0001", "0377", "1990", "2126", "9999"]
ZONES = ["Z", "+14:00", "-14:00", "+23:59"]
FAR_ZONES = ["+23:59", "-23:59", "+16:00"]  # which Python reads and PostgreSQL does not
ODD = {
    "date": [f"{year}-03-05" for year in YEARS],
    "date-time": [f"{year}-03-05T09:00:00{zone}" for year, zone in zip(YEARS, [*ZONES, "Z"], strict=True)]
    + ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-05T09:00:00"]
    + [f"2026-03-05T09:00:00{zone}" for zone in FAR_ZONES],
}
# What may lie far away: a case without a promise, equipment that was put up long ago.
FAR = {("cases_case", "due_at"), ("assets_asset", "installed_on")}
NO_NUMBERS = ["nan", "inf", "-inf", "1e400", "9" * 400, "9" * 5000, "0x10", "²"]


def fields(operation: Operation, *, kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Fields of its body by `format` or `type`."""
    for name, schema in resolved(operation.body or {}).get("properties", {}).items():
        for found in (schema.get("anyOf") or [schema])[:1]:
            kind = resolved(found).get("format") or resolved(found).get("type", "")
            if kind in kinds:
                yield name, kind


def asked(schema: Schema) -> set[str]:
    return {str(one.get("format") or one.get("type")) for one in schema.get("anyOf") or [schema]}


def far_rows() -> set[tuple[str, str]]:
    """Table and column of whatever lies more than about ten years away, in one statement."""
    first, last = date(NOW.year - 11, 1, 1), date(NOW.year + 11, 1, 1)
    parts = [
        f"SELECT '{model._meta.db_table}', '{field.column}' WHERE EXISTS (SELECT 1 FROM \"{model._meta.db_table}\" "
        f"WHERE \"{field.column}\" NOT BETWEEN '{first}' AND '{last}')"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if model._meta.managed and isinstance(field, models.DateField)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return set(cursor.fetchall())


def test_no_far_moment_breaks_anything_or_is_kept(walk):  # noqa: F811
    before, tried = far_rows(), 0
    for operation in operations():
        for name, kind in fields(operation, kinds=("date", "date-time")):
            for value in ODD[kind]:
                body = walk.body(operation.path, operation.body) | {name: value}
                walk.take(operation, walk.address(operation), body)
                tried += 1
        for one in operation.parameters:
            for kind in asked(one["schema"]) & set(ODD):
                for value in ODD[kind]:
                    address = walk.address(operation).partition("?")[0]
                    walk.take(operation, f"{address}?business=pay&{one['name']}={value}")
                    tried += 1
    assert walk.wrong == {}
    assert tried > 60
    assert far_rows() - before - FAR == set()


def test_a_number_of_an_address_is_a_number(walk):  # noqa: F811
    taken, tried = {}, 0
    for operation in operations():
        for one in operation.parameters:
            if one["in"] != "query" or not asked(one["schema"]) & {"integer", "number"}:
                continue
            for value in NO_NUMBERS:
                address = f"{walk.address(operation).partition('?')[0]}?{one['name']}={value}"
                status, answer = walk.call(operation.method, address)
                tried += 1
                if status != 422 or one["name"] not in answer["errors"]:
                    taken[address[:80]] = (status, answer)
    assert taken == {}
    assert tried > 100


def test_a_number_of_a_body_is_a_number(walk):  # noqa: F811
    taken, tried = {}, 0
    for operation in operations():
        numbers = fields(operation, kinds=("integer", "number"))
        for (name, _kind), value in product(numbers, [math.nan, math.inf, 10**30, -(10**30), "nan", "1e400", "²"]):
            body = walk.body(operation.path, operation.body) | {name: value}
            status, answer = walk.call(operation.method, walk.address(operation), body)
            tried += 1
            # NaN is no JSON: what reads it does not know where it stood.
            named = isinstance(value, float) or any(name in field.split(".") for field in answer.get("errors", []))
            if status not in (400, 422) or not named:
                taken[f"{operation.name} {name}={value}"] = (status, answer)
    assert taken == {}
    assert tried > 10
