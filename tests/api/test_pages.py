"""Every list is paged alike: `next` goes back as it came, null is the end, anything else is refused at `after`."""

from urllib.parse import quote

import pytest

from ruoshui.channels.actions import owe_call_back
from ruoshui.core.actors import SYSTEM
from ruoshui.core.cursors import cursor_of, key_of
from ruoshui.core.refusals import Invalid
from ruoshui.customers.actions import register_customer
from ruoshui.processes.actions import add_task
from ruoshui.web.api.main import api
from tests.conftest import NOW

SCHEMA = api.get_openapi_schema()
WRONG = [
    "garbage",
    "7",
    "-1",
    "2026-11-27T10:00:00+00:00_4",
    "%00",
    "电费",
    "W10",
    "=" * 8,
    "a" * 201,
    cursor_of("another list", 1),
    cursor_of("cases:due", "never", 1),
]


def paged():
    """Path and schema of every operation that has pages."""
    for path, methods in SCHEMA["paths"].items():
        operation = methods.get("get")
        shape = _shape(operation) if operation else {}
        if "next" in shape.get("properties", {}):
            yield path, operation, shape


def _shape(operation):
    content = operation["responses"].get(200, operation["responses"].get("200", {})).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    return SCHEMA["components"]["schemas"].get(name, {})


LISTS = {path.removeprefix("/api/v1"): (operation, shape) for path, operation, shape in paged()}


def test_every_list_is_described_alike():
    assert len(LISTS) >= 11
    for path, (operation, shape) in LISTS.items():
        told = {one["name"]: one["schema"] for one in operation["parameters"]}
        assert told["after"]["maxLength"] == 200, path
        assert told["limit"]["maximum"] == 200, path
        assert [one["type"] for one in shape["properties"]["next"]["anyOf"]] == ["string", "null"], path


def test_what_takes_a_place_has_pages_and_nothing_else_does():
    takes = {
        path.removeprefix("/api/v1")
        for path, methods in SCHEMA["paths"].items()
        for operation in methods.values()
        if any(one["name"] == "after" and one["in"] == "query" for one in operation.get("parameters", []))
    }
    assert takes == set(LISTS)


@pytest.fixture
def asked(program, opened, customer, demo):
    """asked(path, …) → the answer to somebody who may read all, in a house where every common list has five rows."""
    for n in range(5):
        case = opened(body="停电")
        register_customer(name=f"客户{n}", unit=demo.units["city"], at=NOW)
        owe_call_back(unit=demo.units["city"], number=f"1380000990{n}", by=SYSTEM, at=NOW)
        add_task(case, name=f"查{n}", to=demo.staff["lead"], by=demo.staff["lead"].actor, at=NOW)
    call = program("admin")

    def ask(path, **query):
        query = {"q": "停电"} | query if path == "/search" else query
        path = path.replace("{id}", str(customer.pk))
        return call(
            "GET", f"{path}?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        )

    return ask


@pytest.mark.parametrize("path", sorted(LISTS))
def test_what_is_no_place_in_a_list_is_refused_there(asked, path):
    for wrong in WRONG:
        status, problem = asked(path, after=wrong)
        assert (status, problem["code"], list(problem["errors"])) == (422, "invalid", ["after"]), (path, wrong)
    assert asked(path, after="")[0] == 200


@pytest.mark.parametrize("path", sorted(LISTS))
def test_pages_show_every_row_once_and_end_with_null(asked, path):
    seen, after, pages = [], "", 0
    while after is not None:
        status, page = asked(path, limit=2, after=after)
        assert (status, set(page)) == (200, {"items", "next"})
        assert after == "" or after == quote(after, safe="")  # fit for an address as it is
        seen += [str(item) for item in page["items"]]
        after, pages = page["next"], pages + 1
    whole = asked(path, limit=200)[1]
    assert (seen, whole["next"]) == ([str(item) for item in whole["items"]], None)
    assert len(set(seen)) == len(seen)
    if path in ("/cases", "/search", "/customers", "/call-backs", "/tasks", "/clocks"):
        assert pages >= (3 if path != "/tasks" else 1)


def test_both_orders_of_cases_page_whole_and_do_not_mix(asked):
    places = {}
    for sort in ("due", "newest"):
        seen, after = [], ""
        while after is not None:
            page = asked("/cases", sort=sort, limit=2, after=after)[1]
            seen += [case["number"] for case in page["items"]]
            after = page["next"]
            places.setdefault(sort, after)
        assert len(seen) == len(set(seen)) == 5
    assert asked("/cases", sort="due", after=places["newest"])[0] == 422
    assert asked("/customers", after=places["newest"])[0] == 422


def test_the_number_that_was_typed_stands_on_the_first_page_only(asked, program):
    number = asked("/cases", sort="newest")[1]["items"][2]["number"]
    call = program("admin")
    first = call("GET", f"/search?q={number}&limit=1")[1]
    assert [case["number"] for case in first["items"]] == [number]


@pytest.mark.parametrize("key", [(1,), ("2026-01-01T00:00:00+08:00", 7), ("", 0), ("~?>", 2**53)])
def test_a_cursor_gives_its_key_back_to_its_own_list_only(key):
    cursor = cursor_of("list", *key)
    kinds = [type(one) for one in key]
    assert key_of("list", cursor, *kinds) == key
    for listed, wanted in (("other", kinds), ("list", [*kinds, int]), ("list", [])):
        with pytest.raises(Invalid):
            key_of(listed, cursor, *wanted)


@pytest.mark.parametrize("key", [(True,), (-1,), (2**53 + 1,), (1.5,), (None,)])
def test_a_key_that_no_row_has_is_refused(key):
    with pytest.raises(Invalid):
        key_of("list", cursor_of("list", *key), int)
