"""Statements that are compiled once and prepared: the same rows as the ORM's, at a tenth of its cost.

For the few that run at every request or every event. The ORM builds an SQL text anew each time and PostgreSQL plans it
anew, which both cost more than answering it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg.sql import Literal

from ruoshui.core.straight import begins_plainly, straight

M = TypeVar("M", bound=models.Model)
FIRST_MARK = 7_000_000_000_000_001  # stands for an argument while compiling; no id and no count is that large


def run(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a statement that runs often; the rows it returns, none when it returns none."""
    own: Any = connections[DEFAULT_DB_ALIAS]
    own.ensure_connection()
    if not (own.queries_logged or own.execute_wrappers) and begins_plainly(own.connection):
        own.validate_no_broken_transaction()
        with own.wrap_database_errors:
            return straight(own.connection).run(own.connection, sql, parameters)
    # Through Django's wrapper, which counts and logs.
    with own._prepare_cursor(psycopg.Cursor(own.connection)) as cursor:
        cursor.execute(sql, parameters)
        # Asked of the result itself: `description` would make an object of every column.
        return cursor.fetchall() if cursor.pgresult.nfields else []


class Prepared(Generic[M]):
    """A queryset with arguments: `build` gets a mark for each, to be compared with, and is called once.

    Arguments are numbers, or texts where `texts` names them.

    >>> by_code = Prepared(lambda code: Unit.objects.filter(code=code), texts=("code",))  # doctest: +SKIP
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], *names: str, texts: Iterable[str] = ()) -> None:
        self.build, self.names, self.texts = build, (*names, *texts), set(texts)
        self.compiled: _Compiled | None = None

    def all(self, **arguments: Any) -> list[M]:
        compiled = self.compiled or self._compile()
        rows = run(compiled.sql, [arguments[name] for name in compiled.arguments])
        alias = connection.alias
        return [compiled.made(row, alias) for row in compiled.converted(rows)]

    def first(self, **arguments: Any) -> M | None:
        found = self.all(**arguments)
        return found[0] if found else None

    def _compile(self) -> "_Compiled":
        marks = {name: f"\x01{name}\x01" if name in self.texts else FIRST_MARK + i for i, name in enumerate(self.names)}
        compiler = self.build(**marks).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        sql, arguments = _inlined(sql, parameters, {value: name for name, value in marks.items()})
        self.compiled = _Compiled(sql, arguments, compiler)
        return self.compiled


class _Compiled:
    """A statement with the names of its arguments in order, and how its rows become models."""

    def __init__(self, sql: str, arguments: list[str], compiler: Any) -> None:
        from django.db.models.query import get_related_populators

        self.sql, self.arguments, self._compiler = sql, arguments, compiler
        self._converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
        fetch: Any = get_related_populators
        self._populators = fetch(compiler.klass_info, compiler.select, connection.alias)
        fields = compiler.klass_info["select_fields"]
        self._names = [compiler.select[i][0].target.attname for i in fields]
        self._own = slice(fields[0], fields[-1] + 1)
        self._from_db = compiler.klass_info["model"].from_db

    def converted(self, rows: list[Any]) -> Iterable[Any]:
        return self._compiler.apply_converters(rows, self._converters) if self._converters else rows

    def made(self, row: Any, alias: str) -> Any:
        made = self._from_db(alias, self._names, row[self._own])
        for populator in self._populators:
            populator.populate(row, made)
        return made


def _inlined(sql: str, parameters: Iterable[Any], names: Mapping[Any, str]) -> tuple[str, list[str]]:
    """Constants become part of the text, so that one plan for all arguments still sees which partial index serves."""
    first, *others = sql.split("%s")
    texts, kept = [first], []
    for value, after in zip(parameters, others, strict=True):
        if isinstance(value, (str, int)) and value in names:
            kept.append(names[value])
            texts.append("%s")
        else:
            texts.append(Literal(value).as_string(connection.connection).replace("%", "%%"))
        texts.append(after)
    return "".join(texts), kept


def bring_up_to_date(row: models.Model, fresh: models.Model) -> None:
    """What `refresh_from_db` does, from a row that was read already: its fields and the relations read with it."""
    fields: Any = row._meta.concrete_fields
    for field in fields:
        setattr(row, field.attname, getattr(fresh, field.attname))
        if field.is_relation and field.is_cached(fresh):
            field.set_cached_value(row, field.get_cached_value(fresh))
    for related in row._meta.related_objects:
        if related.is_cached(row):
            related.delete_cached_value(row)
    row.__dict__.pop("_prefetched_objects_cache", None)
