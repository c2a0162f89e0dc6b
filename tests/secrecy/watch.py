"""What a request did to the rows that hang on a secret case, or to who may see it; and it is undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.db import models, transaction

from ruoshui.core.models import RecordedEvent
from ruoshui.core.remembering import forget
from ruoshui.queues.floor import forget_floors
from ruoshui.sla.models import Clock
from tests.reach.ground import counts
from tests.secrecy.bound import Model, bound_models

# Written about everything that anybody does; of events only new ones can be, and a notice is told of one.
LOGS = {"core.RecordedEvent", "notices.Notice", "webhooks.Delivery"}
MARKS = {"last_activity_at"}  # that something happened, not what
CASE_FIELDS = ("case_id", "about_id")


class Watch:
    """`undone(told)`: adds “table what” for each row of the secret case that is changed, gone or new."""

    def __init__(self, world: SimpleNamespace) -> None:
        self.world = world
        self.keys = {model: {row.pk for row in rows} for model, rows in world.rows.items()}
        watched = [model for model in bound_models() if model._meta.label not in LOGS]
        self.tables = {model._meta.db_table: model for model in watched}
        self.rows = {model: self._rows_of(model) for model in watched}
        self.merged = self._customers()
        self.since = world.secret.opened_at - timedelta(days=1)
        self.newest = RecordedEvent.objects.filter(at__gte=self.since).aggregate(pk=models.Max("pk"))["pk"]

    @contextmanager
    def undone(self, told: set[str]) -> Iterator[None]:
        before, mark = counts(), transaction.savepoint()
        written: set[str] = set()
        try:
            yield
            written |= {table for table, n in counts().items() if before.get(table) != n}
            told |= set(self._changes(written))
        finally:
            transaction.savepoint_rollback(mark)
        if written:
            forget()
            forget_floors()

    def _changes(self, written: set[str]) -> Iterator[str]:
        for table in written & self.tables.keys():
            model = self.tables[table]
            was, now = self.rows[model], self._rows_of(model)
            for pk in self.keys[model]:
                if was[pk] != now.get(pk):
                    yield f"{self._label(model, was[pk])} {'changed' if pk in now else 'gone'}"
            for pk, row in now.items():
                if pk not in was and self._hangs(model, row):
                    yield f"{self._label(model, row)} new"
        if any(table.startswith(RecordedEvent._meta.db_table) for table in written) and self._is_told_of():
            yield "core.RecordedEvent new"
        if "customers_customer" in written and self._customers() != self.merged:
            yield "customers.Customer merged"

    def _label(self, model: Model, row: dict[str, Any]) -> str:
        """The promise of what a unit was asked is told apart from the case's own, with what hangs on it."""
        label: str = model._meta.label
        clock = row if model is Clock else self.rows[Clock].get(row.get("clock_id"))
        return f"{label}/request" if clock is not None and clock["case_id"] is None else label

    def _rows_of(self, model: Model) -> dict[Any, dict[str, Any]]:
        names = [field.attname for field in model._meta.concrete_fields if field.name not in MARKS]
        return {row["pk"]: row for row in model._base_manager.values("pk", *names)}

    def _hangs(self, model: Model, row: dict[str, Any]) -> bool:
        for field in model._meta.concrete_fields:
            to = field.related_model if isinstance(field, models.ForeignKey) else None
            if to in self.keys and row[field.attname] in self.keys[to]:
                return True
        return any(row.get(name) in self._cases() for name in CASE_FIELDS)

    def _cases(self) -> set[Any]:
        return {self.world.secret.pk, self.world.second.pk}

    def _is_told_of(self) -> bool:
        told = RecordedEvent.objects.filter(about_kind="cases.case", about_id__in=self._cases(), at__gte=self.since)
        return told.filter(pk__gt=self.newest).exists()

    def _customers(self) -> dict[int, Any]:
        customers = type(self.world.customer)._base_manager
        both = customers.filter(pk__in=[self.world.customer.pk, self.world.bystander.pk])
        return dict(both.values_list("pk", "merged_into"))
