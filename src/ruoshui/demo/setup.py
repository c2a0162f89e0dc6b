"""The demo organisation: a power and public-service group with three levels."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from ruoshui.cases.models import CaseType, Macro
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.verbs import verb
from ruoshui.customers.models import Tier
from ruoshui.demo.branches import set_up_branches
from ruoshui.demo.forms import FORMS, SURVEY_QUESTIONS
from ruoshui.demo.passwords import give_known_password
from ruoshui.demo.strategy import set_up_strategy
from ruoshui.demo.utility import set_up_utility
from ruoshui.feedback.models import Survey
from ruoshui.organization.actions import add_unit, define_hours, hire, join_team
from ruoshui.organization.models import (
    AssignmentStrategy,
    Calendar,
    HolidaySet,
    Permission,
    Reach,
    Role,
    Skill,
    Staff,
    StaffSkill,
    Team,
    Unit,
)
from ruoshui.queues.models import Branch
from ruoshui.routing.models import TeamDuty

OFFICE_HOURS = [
    (day, opens, closes) for day in range(5) for opens, closes in ((time(9), time(12)), (time(13), time(18)))
]


@dataclass
class Demo:
    """What was set up, by code."""

    units: dict[str, Unit] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    types: dict[str, CaseType] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)


UNITS = [
    ("hq", "", "总部", "Headquarters"),
    ("province", "hq", "江川省公司", "Jiangchuan Province"),
    ("city", "province", "云州市分公司", "Yunzhou City"),
    ("east", "city", "东湖营业厅", "Donghu Branch"),
    ("west", "city", "西岭营业厅", "Xiling Branch"),
    ("field", "city", "配电抢修部", "Field Service"),
    ("network", "province", "网络运维部", "Network Department"),
    ("city2", "province", "临江市分公司", "Linjiang City"),
    ("south", "city2", "南门营业厅", "Nanmen Branch"),
]
ROLES = [
    ("agent", "客服专员", "Agent", Reach.UNIT, [Permission.WORK]),
    ("clerk", "营业员", "Clerk", Reach.UNIT, [Permission.WORK, Permission.CUSTOMERS]),
    (
        "supervisor",
        "主管",
        "Supervisor",
        Reach.SUBTREE,
        [Permission.WORK, Permission.SUPERVISE, Permission.LOBBY, Permission.CUSTOMERS, Permission.CONFIDENTIAL],
    ),
    ("lobby", "大堂经理", "Lobby manager", Reach.UNIT, [Permission.WORK, Permission.LOBBY, Permission.CUSTOMERS]),
    ("admin", "系统管理员", "Administrator", Reach.SUBTREE, list(Permission)),
]
STAFF = [
    ("admin", "周若水", "Ruoshui Zhou", "hq", ["admin"]),
    ("province", "郑远山", "Yuanshan Zheng", "province", ["supervisor"]),
    ("lead", "林清", "Qing Lin", "city", ["supervisor"]),
    ("chen", "陈晨", "Chen Chen", "city", ["clerk"]),
    ("wang", "王宁", "Ning Wang", "city", ["clerk"]),
    ("zhao", "赵一鸣", "Yiming Zhao", "city", ["clerk"]),
    ("east", "孙悦", "Yue Sun", "east", ["clerk"]),
    ("east2", "钱多多", "Duoduo Qian", "east", ["clerk"]),
    ("lobby", "韩梅", "Mei Han", "east", ["lobby"]),
    ("west", "何静", "Jing He", "west", ["clerk"]),
    ("field", "马强", "Qiang Ma", "field", ["agent"]),
    ("south", "吴桐", "Tong Wu", "south", ["clerk"]),
    ("net", "高远", "Yuan Gao", "network", ["agent"]),
    ("netlead", "丁一", "Yi Ding", "network", ["supervisor"]),
]
# code, Chinese, English, explanations, icon, unit, priority, position, public
TYPES = [
    (
        "outage",
        "停电报修",
        "Power outage",
        "家里或单位停电、电压异常",
        "No power, or something is wrong with it",
        "bolt",
        "field",
        "high",
        10,
        True,
    ),
    (
        "connection",
        "新装与增容",
        "New connection",
        "申请用电、增加容量",
        "Apply for a connection or more capacity",
        "plug",
        "city",
        "normal",
        20,
        True,
    ),
    (
        "billing",
        "电费与账单",
        "Bills",
        "电费疑问、发票、缴费",
        "Questions about a bill, invoices, payment",
        "receipt",
        "city",
        "normal",
        30,
        True,
    ),
    (
        "complaint",
        "投诉与意见",
        "Complaint",
        "对服务不满意，请告诉我们",
        "You are not satisfied: please tell us",
        "message-report",
        "city",
        "high",
        40,
        True,
    ),
    (
        "enquiry",
        "咨询与建议",
        "Question or suggestion",
        "其他问题、建议和来信",
        "Any other question, suggestion or letter",
        "message-question",
        "city",
        "normal",
        50,
        True,
    ),
    (
        "incident",
        "内部系统事件",
        "IT incident",
        "内部系统故障",
        "A fault of an internal system",
        "device-desktop",
        "hq",
        "normal",
        90,
        False,
    ),
]
TIERS = [
    ("diamond", "钻石客户", "Diamond", 1),
    ("gold", "金牌客户", "Gold", 2),
    ("standard", "普通客户", "Standard", 5),
]
TEAMS: list[tuple[str, str, str, str, AssignmentStrategy, list[str], list[str | None]]] = [
    (
        "service",
        "客户服务组",
        "Customer service",
        "city",
        AssignmentStrategy.LEAST_LOADED,
        ["chen", "wang", "zhao"],
        [None],
    ),
    ("repair", "抢修班", "Repair crew", "field", AssignmentStrategy.ROUND_ROBIN, ["field"], ["outage"]),
]
MACROS = [
    (
        "已收到",
        "Received",
        "{customer}您好，您的诉求（{number}）我们已收到，正在核实，会尽快给您答复。",
        "Dear {customer}, we have received your request {number} and are looking into it.",
        "reply",
    ),
    (
        "请补充材料",
        "More information",
        "{customer}您好，为了尽快办理，请您补充相关材料或说明，谢谢。",
        "Dear {customer}, please send us a little more information so that we can go on. Thank you.",
        "wait",
    ),
    (
        "已处理",
        "Done",
        "{customer}您好，您反映的问题已处理完毕。如有疑问请直接回复。",
        "Dear {customer}, the matter has been dealt with. Please answer here if anything is left.",
        "resolve",
    ),
]


@verb
def set_up_demo(at: datetime) -> Demo:
    demo = Demo()
    _organization(demo, at)
    _services(demo, at)
    set_up_utility(demo, at)
    return demo


def _make(model: Any, at: datetime, **values: Any) -> Any:
    return configure(model(), values, by=SYSTEM, at=at)


def _organization(demo: Demo, at: datetime) -> None:
    china = HolidaySet.objects.get(code="cn")
    office = _make(Calendar, at, code="office", name_zh="工作时间", name_en="Office hours", holidays=china)
    define_hours(office, OFFICE_HOURS, by=SYSTEM, at=at)
    always = _make(Calendar, at, code="always", name_zh="全天候", name_en="Around the clock", holidays=None)
    define_hours(always, [(day, time(0), time(0)) for day in range(7)], by=SYSTEM, at=at)
    for code, parent, zh, en in UNITS:
        calendar = {"hq": office, "field": always, "network": always}.get(code)
        demo.units[code] = add_unit(
            code=code, name_zh=zh, name_en=en, parent=demo.units.get(parent), calendar=calendar, by=SYSTEM, at=at
        )
    for code, zh, en, reach, permissions in ROLES:
        demo.roles[code] = _make(
            Role, at, code=code, name_zh=zh, name_en=en, reach=reach, permissions=[str(p) for p in permissions]
        )
    for username, zh, en, unit, roles in STAFF:
        demo.staff[username] = hire(
            username=username,
            name_zh=zh,
            name_en=en,
            unit=demo.units[unit],
            password=None,
            roles=[demo.roles[role] for role in roles],
            by=SYSTEM,
            at=at,
        )
        give_known_password(demo.staff[username], at=at)
    skill = _make(Skill, at, code="repair", name_zh="带电作业", name_en="Live-line work")
    StaffSkill.objects.create(staff=demo.staff["field"], skill=skill)


def _services(demo: Demo, at: datetime) -> None:
    for code, zh, en, why_zh, why_en, icon, unit, priority, position, public in TYPES:
        demo.types[code] = _make(
            CaseType,
            at,
            code=code,
            name_zh=zh,
            name_en=en,
            explanation_zh=why_zh,
            explanation_en=why_en,
            icon=icon,
            unit=demo.units[unit],
            priority=priority,
            position=position,
            is_public=public,
            form=FORMS.get(code, {}),
        )
    tiers = {code: _make(Tier, at, code=code, name_zh=zh, name_en=en, rank=rank) for code, zh, en, rank in TIERS}
    set_up_strategy(demo.types, tiers, at)
    for code, zh, en, unit, strategy, members, duties in TEAMS:
        team = demo.teams[code] = _make(
            Team, at, code=code, name_zh=zh, name_en=en, unit=demo.units[unit], strategy=strategy
        )
        for member in members:
            join_team(team, demo.staff[member], by=SYSTEM, at=at)
        for duty in duties:
            _make(TeamDuty, at, team=team, type=demo.types.get(duty or ""))
    for zh, en, body_zh, body_en, then in MACROS:
        _make(Macro, at, name_zh=zh, name_en=en, body_zh=body_zh, body_en=body_en, then=then)
    _make(
        Survey,
        at,
        code="satisfaction",
        name_zh="满意度调查",
        name_en="Satisfaction survey",
        questions=SURVEY_QUESTIONS,
        follow_up_type=demo.types["complaint"],
    )
    demo.branches = set_up_branches(demo.units, demo.types, at)
