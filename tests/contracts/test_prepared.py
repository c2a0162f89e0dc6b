"""Statements that are planned once a connection find their rows by an index, however large their tables grow."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import get_resolver

from ruoshui.core.statements import Prepared
from ruoshui.core.straight import _numbered
from ruoshui.queues.models import Ticket

pytestmark = pytest.mark.django_db
READS_A_TABLE = {"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan"}


def _prepared() -> list[tuple[str, Prepared[Any]]]:
    get_resolver().url_patterns  # noqa: B018 imports every view
    modules = [(name, module) for name, module in sys.modules.items() if name.startswith("ruoshui.")]
    found = [
        (f"{name.removeprefix('ruoshui.')}.{at}", value)
        for name, module in modules
        for at, value in vars(module).items()
        if isinstance(value, Prepared)
    ]
    return sorted(found)


def _scans(plan: dict[str, Any]) -> Iterator[str]:
    """Each way into a table that reads all of it or all of an index: "Seq Scan cases_case"."""
    if plan["Node Type"] in READS_A_TABLE and "Index Cond" not in plan:
        yield f"{plan['Node Type']} {plan.get('Relation Name', '')} {plan.get('Index Name', '')}".strip()
    for inner in plan.get("Plans", []):
        yield from _scans(inner)


@pytest.fixture
def uncounted(demo):
    """Of a table that was counted while it was empty, the planner thinks any index as good as any other."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relnamespace = 'public'::regnamespace")


def _reads_all(prepared: Prepared[Any]) -> list[str]:
    compiled = prepared._compile()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a small table is read whole where an index is there
        cursor.execute(f"PREPARE looked_at AS {_numbered(compiled.sql)}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE looked_at({', '.join(['NULL'] * len(compiled.arguments))})")
        ((plans,),) = cursor.fetchall()
        cursor.execute("DEALLOCATE looked_at")
    return list(_scans(plans[0]["Plan"]))


def test_every_prepared_statement_has_an_index_for_each_table_it_reads(uncounted):
    prepared = _prepared()
    assert {name: read for name, one in prepared if (read := _reads_all(one))} == {}
    assert len(prepared) >= 14  # fewer: this test no longer finds them


def test_a_statement_without_an_index_is_told(uncounted):
    by_note = Prepared(lambda note: Ticket.objects.filter(note=note), texts=("note",))
    assert _reads_all(by_note) == ["Seq Scan queues_ticket"]
