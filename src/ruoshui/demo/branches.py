"""The demo's branches: classes, businesses, queues and counters of two halls, and their screens."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ruoshui.cases.models import CaseType, Outcome
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.models import Customer
from ruoshui.organization.models import Calendar, Staff, Unit
from ruoshui.queues.actions import call_next, finish_service, issue_ticket, open_counter, start_service
from ruoshui.queues.actions.installing import BranchPlan, set_up_branch
from ruoshui.queues.models import Branch, Business, Counter, Device, DeviceKind, ServiceClass

# code, Chinese, English, tiers up to rank, rank, bonus in minutes
CLASSES: list[tuple[str, str, str, int | None, int, int]] = [
    ("diamond", "钻石客户", "Diamond customers", 1, 1, 20),
    ("gold", "金牌客户", "Gold customers", 2, 2, 10),
    ("ordinary", "普通客户", "All customers", None, 5, 0),
]
# code, Chinese, English, icon, case type, usual minutes, self-service in Chinese and English
BUSINESSES = [
    ("pay", "缴费与账单", "Bills and payment", "receipt", "billing", 5, "自助缴费机无需排队", "The payment machine has no queue"),
    ("connect", "新装与增容", "New connection", "plug", "connection", 14, "", ""),
    ("ask", "咨询与建议", "Questions", "message-question", "enquiry", 8, "多数问题可在门户查询", "Most answers are on the portal"),
    ("complain", "投诉受理", "Complaints", "message-report", "complaint", 12, "", ""),
]  # fmt: skip
# business, class, letters
QUEUES = [
    ("pay", "ordinary", "A"),
    ("pay", "gold", "G"),
    ("pay", "diamond", "V"),
    ("connect", "ordinary", "B"),
    ("connect", "gold", "H"),
    ("connect", "diamond", "W"),
    ("ask", "ordinary", "C"),
    ("complain", "ordinary", "D"),
]
COUNTERS: dict[int, tuple[list[str], list[str]]] = {
    1: (["A", "G", "V"], []),
    2: (["A", "G", "V"], ["C"]),
    3: (["B", "H", "W", "V"], ["C"]),
    4: (["C", "D"], ["A"]),
    5: (["D", "B", "H"], ["A", "C"]),
}
WELCOME = {"welcome_zh": "欢迎光临东湖营业厅", "welcome_en": "Welcome to Donghu Branch"}


def set_up_branches(units: Mapping[str, Unit], types: Mapping[str, CaseType], at: datetime) -> dict[str, Branch]:
    _set_up_offers(types, at)
    always = Calendar.objects.get(code="always")
    east = BranchPlan(QUEUES, COUNTERS, {"calendar": always, **WELCOME})
    west = BranchPlan([q for q in QUEUES if q[1] == "ordinary"], {1: (["A", "B"], ["C"]), 2: (["C", "D"], ["A"])})
    branches = {
        code: set_up_branch(units[code], plan, by=SYSTEM, at=at) for code, plan in (("east", east), ("west", west))
    }
    for code, branch in branches.items():
        for kind, zh in ((DeviceKind.KIOSK, "大堂取号机"), (DeviceKind.HALL, "大厅显示屏")):
            _make(Device(branch=branch), at, kind=kind, name=zh)
        if code == "east":
            for counter in branch.counters.all():
                _make(
                    Device(branch=branch), at, kind=DeviceKind.PLATE, counter=counter, name=f"{counter.number}号窗口屏"
                )
    return branches


def _set_up_offers(types: Mapping[str, CaseType], at: datetime) -> None:
    """Classes of customers, and what people come for."""
    for code, zh, en, tier_rank, rank, bonus in CLASSES:
        _make(
            ServiceClass(),
            at,
            code=code,
            name_zh=zh,
            name_en=en,
            tier_rank=tier_rank,
            rank=rank,
            bonus_minutes=bonus,
        )
    for position, (code, zh, en, icon, type, minutes, hint_zh, hint_en) in enumerate(BUSINESSES):
        _make(
            Business(),
            at,
            code=code,
            name_zh=zh,
            name_en=en,
            icon=icon,
            type=types[type],
            usual_minutes=minutes,
            self_service_zh=hint_zh,
            self_service_en=hint_en,
            position=10 * position,
        )


def tell_demo_visits(branch: Branch, staff: Mapping[str, Staff], customers: list[Customer], now: datetime) -> None:
    """This morning so far: two counters open, one customer served and gone, one at a counter, a few waiting."""
    business = {one.code: one for one in Business.objects.select_related("type")}
    counters = {counter.number: counter for counter in Counter.objects.filter(branch=branch)}
    begin = now - timedelta(minutes=24)
    for number, who in ((1, "east"), (3, "east2")):
        open_counter(counters[number], staff=staff[who], by=staff[who].actor, at=begin)
    came: list[tuple[int, str, int | None]] = [
        (0, "pay", 1), (2, "connect", 0), (5, "pay", None), (9, "ask", None), (12, "pay", 0), (15, "connect", None),
        (20, "complain", 4),
    ]  # fmt: skip
    for minutes, code, index in came:
        customer = customers[index] if index is not None else None
        issue_ticket(
            branch, business=business[code], customer=customer, by=SYSTEM, at=begin + timedelta(minutes=minutes)
        )
        if minutes == 2:
            _serve_first(counters, staff, begin)


def _serve_first(counters: dict[int, Counter], staff: Mapping[str, Staff], begin: datetime) -> None:
    clerk = staff["east"].actor
    ticket = call_next(counters[1], by=clerk, at=begin + timedelta(minutes=3))
    assert ticket is not None
    start_service(ticket, by=clerk, at=begin + timedelta(minutes=3, seconds=30))
    finish_service(ticket, outcome=Outcome.EXPLAINED, summary="已核对账单。", by=clerk, at=begin + timedelta(minutes=5))
    other = call_next(counters[3], by=staff["east2"].actor, at=begin + timedelta(minutes=4))
    assert other is not None
    start_service(other, by=staff["east2"].actor, at=begin + timedelta(minutes=4, seconds=40))


def _make(thing: Any, at: datetime, **values: Any) -> Any:
    return configure(thing, values, by=SYSTEM, at=at)
