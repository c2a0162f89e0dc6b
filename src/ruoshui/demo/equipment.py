"""Equipment of the demo's large customers: registered, inspected, with a defect that became a case."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from ruoshui.assets.actions import Result, put_round_off, record_round, register_asset
from ruoshui.assets.models import Asset, AssetKind
from ruoshui.customers.models import Customer

if TYPE_CHECKING:
    from ruoshui.demo.setup import Demo

# number, name, kind, customer, place, maker, model, rating, first round in days from half a year ago
EQUIPMENT = [
    ("YZ-T-0301", "1 号配电变压器", "transformer", 2, "科创园 1 号厂房", "云州变压器厂", "S13-M", "10 kV 1000 kVA", 20),
    (
        "YZ-T-0302",
        "2 号配电变压器",
        "transformer",
        2,
        "科创园 1 号厂房",
        "云州变压器厂",
        "S13-M",
        "10 kV 1000 kVA",
        190,
    ),
    ("YZ-K-0311", "高压进线柜", "switchgear", 2, "科创园 1 号厂房", "东湖电气", "KYN28", "10 kV 630 A", 175),
    ("YZ-G-0321", "柴油发电机组", "own-supply", 2, "科创园动力楼", "云州动力", "GF400", "400 kW", 150),
    ("YZ-M-0601", "商铺计量箱", "metering", 5, "东湖路 20 号", "云州仪表", "DTZ341", "3×220/380 V", 300),
]
GOOD = {
    "transformer": {"temperature": "62", "load": "71", "earth": "2.6"},
    "switchgear": {"pressure": "0.55", "joints": "48"},
    "own-supply": {"fuel": "80"},
    "metering": {"factor": "0.95"},
}


def tell_equipment(demo: "Demo", customers: list[Customer], now: datetime) -> None:
    begin = now - timedelta(days=180)
    keeper = demo.staff["wang"]
    made: dict[str, Asset] = {}
    for number, name, kind, customer, place, maker, model, rating, first in EQUIPMENT:
        values = {
            "number": number,
            "name": name,
            "kind": AssetKind.objects.get(code=kind),
            "customer": customers[customer],
            "unit": demo.units["city"],
            "keeper": keeper,
            "place": place,
            "maker": maker,
            "model": model,
            "rating": rating,
            "installed_on": timezone.localdate(begin - timedelta(days=900)),
        }
        first_on = timezone.localdate(begin + timedelta(days=first))
        made[number] = register_asset(values, first_round_on=first_on, by=keeper.actor, at=begin)
    transformer = made["YZ-T-0301"]
    record_round(transformer, _in_order(transformer), by=keeper, at=begin + timedelta(days=18))
    hot = {"temperature": Result(reading=Decimal(91), remark="负荷高峰时测得"), **_in_order(transformer, "temperature")}
    record_round(transformer, hot, remark="建议加装风机", by=keeper, at=now - timedelta(days=3))
    later = timezone.localdate(now + timedelta(days=9))
    put_round_off(made["YZ-K-0311"], to=later, reason="客户月底检修，一并进行", by=keeper.actor, at=now)


def _in_order(asset: Asset, but: str = "") -> Mapping[str, Result]:
    readings = GOOD[asset.kind.code]
    return {
        check.code: Result(reading=Decimal(readings[check.code])) if check.code in readings else Result("ok")
        for check in asset.kind.checks.filter(is_active=True)
        if check.code != but
    }
