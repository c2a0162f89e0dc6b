"""The walks' house is the same in every run, however the database has laid its rows down."""

from django.db.models import F

from ruoshui.sla.models import Clock
from tests.reach.ground import OUT, all_models, rows_of


def test_what_is_elsewhere_does_not_hang_on_where_a_row_lies(house) -> None:
    first = Clock.objects.order_by("pk").values_list("pk", flat=True)[0]
    Clock.objects.filter(pk=first).update(added=F("added"))  # which lays it down behind all others
    assert next(iter(rows_of(Clock))) == first
    for model in all_models():
        assert list(rows_of(model)) == list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def test_what_is_elsewhere_is_not_at_home(house) -> None:
    """It was once: by a link to what was moved home after it had been chosen."""
    found = {model.__name__: rows_of(model).get(OUT) for model in all_models()}
    assert [name for name, row in found.items() if row and row[0].startswith(house.home.path)] == []
