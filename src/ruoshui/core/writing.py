"""Rows written by statements that are prepared once a model, one row or many at a time.

New rows travel as one JSON text: the statement is the same for one and for thirty, and is cheaper to hand over than
thirty parameters.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.utils.functional import Promise

from ruoshui.core.statements import run

M = TypeVar("M", bound=models.Model)


def insert(row: M) -> M:
    """Write a new row whose key the database gives."""
    insert_all([row])
    return row


def insert_all(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model; each gets the key that the database gives it."""
    if not rows:
        return
    sql, fields = _inserting(type(rows[0]))
    keys = run(sql, [_as_json([{f.column: f.pre_save(row, add=True) for f in fields} for row in rows])])
    alias = connection.alias
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding = False
        row._state.db = alias


def update(row: models.Model, names: Iterable[str]) -> None:
    """Write these fields of a row that exists."""
    sql, fields = _updating(type(row), tuple(names))
    values = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    run(sql, [*values, row.pk])


def update_all(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these fields of rows of one model that exist."""
    named = tuple(names)
    if len(rows) == 1:
        update(rows[0], named)
    elif rows:
        sql, fields = _updating_several(type(rows[0]), named)
        keys = [row.pk for row in rows]
        run(sql, [_as_json([{f.column: getattr(row, f.attname) for f in fields} for row in rows]), keys])


@cache
def _inserting(model: type[models.Model]) -> tuple[str, list[Any]]:
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    return (  # names of our own tables and columns only
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {columns} '  # noqa: S608
        f'FROM json_to_recordset(%s::json) AS r({_typed(fields)}) RETURNING "{model._meta.pk.column}"',
        fields,
    )


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    places = ", ".join(f'"{f.column}" = %s' for f in fields)
    table, pk = model._meta.db_table, model._meta.pk.column
    return f'UPDATE "{table}" SET {places} WHERE "{pk}" = %s', fields  # noqa: S608 our own names


@cache
def _updating_several(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    pk = model._meta.pk
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    places = ", ".join(f'"{f.column}" = r."{f.column}"' for f in fields)
    return (
        f'UPDATE "{model._meta.db_table}" t SET {places} '  # noqa: S608 our own names
        f'FROM json_to_recordset(%s::json) AS r({_typed([pk, *fields])}) WHERE t."{pk.column}" = r."{pk.column}" '
        # Said twice: nobody knows how many rows a text has, and for many the whole table would be read.
        f'AND t."{pk.column}" = ANY(%s::{pk.cast_db_type(connection)}[])',
        [pk, *fields],
    )


def _typed(fields: Iterable[Any]) -> str:
    return ", ".join(f'"{f.column}" {f.cast_db_type(connection)}' for f in fields)


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, default=_in_words, ensure_ascii=False)


def _in_words(value: Any) -> str:
    """What JSON has no form for, as the database reads it; anything else is a mistake to be seen."""
    if isinstance(value, (datetime, date, time, UUID, Decimal, Promise)):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written to a row")
