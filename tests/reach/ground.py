"""Where each row belongs, found by its links; and what a request has changed, row by row."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from ruoshui.core.remembering import forget
from ruoshui.organization.models import Permission, Staff, Unit
from ruoshui.organization.models.belonging import BELONGING, ITSELF
from ruoshui.queues.floor import forget_floors

OUT, OWN = 7_000_001, 8_000_001  # the number of one thing of every kind elsewhere, and of one in the own unit
FIRST = ("unit", "case", "branch", "mailbox", "line", "exchange", "ticket", "clock", "task", "run", "team", "customer")
# What is written about everything that anybody does, and belongs to nobody's unit.
LOGS = {"core", "sessions", "notices", "contenttypes", "auth"}
COUNTS = {"FailureCount"}  # wrong tries
MARKS = {"revision"}  # that something the branches read has changed, not what


def all_models() -> list[type[models.Model]]:
    return [
        one
        for one in apps.get_models()
        if one._meta.managed and one._meta.app_label not in LOGS and one.__name__ not in COUNTS
    ]


@cache
def way(model: type[models.Model]) -> tuple[str, ...] | None:
    """The shortest way from a row to its unit; what a model says of itself goes first. None: it has none."""
    if model is Unit:
        return ()
    if model in BELONGING and BELONGING[model].path not in ("", ITSELF):
        return tuple(BELONGING[model].path.split("__"))
    waiting: deque[tuple[type[models.Model], tuple[str, ...]]] = deque([(model, ())])
    seen = {model}
    while waiting:
        one, steps = waiting.popleft()
        links = [f for f in one._meta.fields if isinstance(f, models.ForeignKey)]
        for link in sorted(links, key=lambda f: FIRST.index(f.name) if f.name in FIRST else len(FIRST)):
            to = link.related_model
            if to is Unit:
                return (*steps, link.name)
            if to not in seen:
                seen.add(to)
                waiting.append((to, (*steps, link.name)))
    return None


def rows_of(model: type[models.Model]) -> dict[Any, tuple[Any, ...]]:
    """Each row with the path of its unit in front: the empty text where it belongs to all. In the order they were made:
    left to the database it is another one after each tidying up, and with it what the house has elsewhere.
    """
    steps = way(model)
    unit = "__".join((*steps, "path")) if steps is not None else None
    names = [field.attname for field in model._meta.concrete_fields if field.name not in MARKS]
    found = model._default_manager.order_by("pk").values_list("pk", *([unit] if unit else []), *names)
    if unit:
        return {row[0]: (row[1] or "", *row[2:]) for row in found}
    return {row[0]: ("", *row[1:]) for row in found}


def counts() -> dict[str, tuple[int, int, int]]:
    """What this transaction has written so far, by table; what was undone counts too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {name: (ins, upd, gone) for name, ins, upd, gone in cursor.fetchall()}


@dataclass(frozen=True)
class Change:
    model: str
    what: str  # new, changed, gone
    pk: Any
    unit: str  # its path before; of what is new, its path now


class Ground:
    """All rows as they stand; what a request does to them is told, and undone."""

    def __init__(self) -> None:
        self.tables = {model._meta.db_table: model for model in all_models()}
        self.rows = {model: rows_of(model) for model in all_models()}

    @contextmanager
    def undone(self, told: list[Change]) -> Iterator[None]:
        before = counts()
        mark = transaction.savepoint()
        try:
            yield
            told += self._changes(before)
        finally:
            transaction.savepoint_rollback(mark)
            forget()
            forget_floors()

    def _changes(self, before: dict[str, tuple[int, int, int]]) -> list[Change]:
        found = []
        for table, n in counts().items():
            model = self.tables.get(table)
            if model is None or before.get(table) == n:
                continue
            was, now = self.rows[model], rows_of(model)
            found += [Change(model.__name__, "new", pk, row[0]) for pk, row in now.items() if pk not in was]
            found += [Change(model.__name__, "gone", pk, row[0]) for pk, row in was.items() if pk not in now]
            found += [
                Change(model.__name__, "changed", pk, row[0]) for pk, row in was.items() if pk in now and now[pk] != row
            ]
        return found


def rights(staff: Staff) -> set[tuple[str, str]]:
    """What they may do, and where."""
    fresh = Staff.objects.get(pk=staff.pk)
    found = {(str(one), unit.path) for one in Permission for unit in fresh.units_with(one)}
    found |= {("any", unit.path) for unit in fresh.units_with()}
    return found | {(str(one), "everything") for one in Permission if fresh.sees_everything(one)}


def number(home: Unit) -> set[str]:
    """One thing of each kind elsewhere is OUT, another is moved into `home` and is OWN. Returns the kinds that have
    both.
    """
    both = set()
    for model in sorted(all_models(), key=lambda one: len(way(one) or ())):
        steps = way(model)
        if model is Unit or not steps or model._meta.pk.get_internal_type() not in ("BigAutoField", "AutoField"):
            continue
        _bring_along(model, home)
        rows = [pk for pk, row in rows_of(model).items() if row[0] and not row[0].startswith(home.path)]
        if rows:
            _renumber(model, rows[0], OUT)
        if len(rows) > 1 and _moved_home(model, rows[-1], steps, home):
            both.add(model.__name__)
    _tie(both, home)
    return both


def _tie(both: set[str], home: Unit) -> None:
    """What is OWN points to what is OWN, and what hangs on it is of the unit too: one world, not two mixed."""
    for model in all_models():
        for link in (one for one in model._meta.fields if isinstance(one, models.ForeignKey)):
            to = link.related_model
            if model.__name__ in both and to.__name__ in both:
                with suppress(IntegrityError), transaction.atomic():
                    model._default_manager.filter(pk=OWN).exclude(**{link.attname: None}).update(**{link.attname: OWN})
    for model in all_models():
        _bring_along(model, home)


def _bring_along(model: type[models.Model], home: Unit) -> None:
    """What hangs on a thing that was moved home is of that unit."""
    names = {one.name for one in model._meta.fields if isinstance(one, models.ForeignKey)}
    for parent in names & {"case", "request", "customer", "branch"}:
        if "unit" in names and model is not Unit:
            model._default_manager.filter(**{f"{parent}_id": OWN}).update(unit=home)


def _moved_home(model: type[models.Model], pk: int, steps: tuple[str, ...], home: Unit) -> bool:
    link = model._meta.get_field(steps[0])
    assert isinstance(link, models.ForeignKey)
    target: type[models.Model] = link.related_model
    try:
        with transaction.atomic():
            _renumber(model, pk, OWN)
            to = home.pk if target is Unit else OWN
            if not target._default_manager.filter(pk=to).exists():
                return False
            model._default_manager.filter(pk=OWN).update(**{link.attname: to})
    except IntegrityError:
        return False
    return True


def _renumber(model: type[models.Model], old: int, new: int) -> None:
    """Links are checked at the end of the transaction only, and it never ends well."""
    with connection.cursor() as cursor:
        links = [(model._meta.db_table, model._meta.pk.column)]
        links += [
            (one.related_model._meta.db_table, one.field.column)
            for one in model._meta.related_objects
            if isinstance(one.field, models.ForeignKey)
        ]
        for table, column in links:
            cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s', [new, old])
