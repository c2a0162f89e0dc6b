"""A transformer of a customer's: inspected every six months, earth resistance at most 4 Ω."""

from decimal import Decimal

import pytest

from ruoshui.assets.actions import Result, register_asset
from ruoshui.assets.models import AssetKind
from tests.api.conftest import program  # noqa: F401 the fixture
from tests.conftest import NOW


@pytest.fixture
def registered(demo, customer):
    """registered(), registered(number="T2", kind=…)."""

    def make(**more):
        values = {
            "number": "T1",
            "name": "1 号变压器",
            "kind": AssetKind.objects.get(code="transformer"),
            "unit": demo.units["city"],
            "customer": customer,
            "keeper": demo.staff["chen"],
            "place": "东湖路 1 号",
        } | more
        first = values.pop("first_round_on", None)
        return register_asset(values, first_round_on=first, by=demo.staff["lead"].actor, at=more.pop("at", NOW))

    return make


def results(**changed):
    """All in order, but for what is given."""
    said = {
        "oil": Result("ok"),
        "noise": Result("ok"),
        "temperature": Result(reading=Decimal(60)),
        "load": Result(reading=Decimal(70)),
        "earth": Result(reading=Decimal("2.5")),
        "fence": Result("ok"),
    }
    return said | changed
