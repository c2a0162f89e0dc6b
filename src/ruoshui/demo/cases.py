"""A few days of made-up cases, opened, answered and closed by the real actions at their times."""

from datetime import datetime, timedelta

from ruoshui.cases.actions import (
    assign_case,
    close_case,
    note_case,
    open_case,
    pass_case,
    pause_case,
    reply_case,
    resolve_case,
)
from ruoshui.cases.models import Case, Outcome
from ruoshui.core.models import RecordedEvent
from ruoshui.core.verbs import verb
from ruoshui.customers.actions import register_customer
from ruoshui.customers.models import Customer, CustomerKind, Tier
from ruoshui.demo.branches import tell_demo_visits
from ruoshui.demo.channels import tell_channels
from ruoshui.demo.equipment import tell_equipment
from ruoshui.demo.mails import tell_mails
from ruoshui.demo.setup import Demo
from ruoshui.demo.utility import tell_connections
from ruoshui.feedback.actions import answer_survey, follow_up, invite
from ruoshui.organization.models import Staff
from ruoshui.sla.actions import accept_request, ask_unit, finish_request, rate_request, urge
from ruoshui.sla.models import Clock, Level

CUSTOMERS = [
    ("顾明远", "person", "gold", [("phone", "13800001001"), ("email", "gu@example.com")]),
    ("沈佳", "person", "standard", [("phone", "13800001002")]),
    ("云州精密仪器有限公司", "organization", "diamond", [("phone", "057188000003"), ("email", "office@example.org")]),
    ("Emma Wright", "person", "standard", [("email", "emma@example.net"), ("phone", "13800001004")]),
    ("许文", "person", "standard", [("phone", "13800001005")]),
    ("东湖便利店", "organization", "gold", [("phone", "13800001006")]),
]
# customer, type, subject, body, form, hours ago, how far it went, score
STORIES: list[tuple[int, str, str, str, dict[str, object], float, str, int]] = [
    (
        0,
        "billing",
        "七月电费比平时高一倍",
        "请帮我核对抄表数据，家里这个月没有人住。",
        {"account": "3300125478"},
        120,
        "closed",
        5,
    ),
    (
        1,
        "outage",
        "整栋楼停电",
        "晚上八点突然停电，电梯也停了。",
        {"address": "云州市东湖路 18 号", "scope": "整栋楼"},
        96,
        "closed",
        4,
    ),
    (
        2,
        "connection",
        "新厂房申请 800 千瓦",
        "新厂房计划明年投产，请告知办理流程。",
        {"address": "云州市高新区 6 号地块", "use": "工业", "capacity": 800},
        72,
        "passed",
        0,
    ),
    (
        3,
        "enquiry",
        "Can I pay by foreign card?",
        "I would like to pay my bill with a foreign credit card.",
        {},
        70,
        "closed",
        5,
    ),
    (4, "complaint", "营业厅排队太久", "上周三在西岭营业厅等了两个小时，只开了一个窗口。", {}, 50, "closed", 2),
    (5, "billing", "增值税发票抬头有误", "发票抬头少了两个字，需要重开。", {"account": "3300778812"}, 28, "waiting", 0),
    (
        0,
        "outage",
        "电压不稳，灯一直闪",
        "从昨天开始灯光闪烁，空调启动不了。",
        {"address": "云州市柳岸小区 3 幢"},
        5,
        "replied",
        0,
    ),
    (
        3,
        "connection",
        "Charger for an electric car",
        "How do I get a separate meter for a car charger?",
        {"address": "云州市望江府 2 幢", "use": "居民", "capacity": 7},
        3,
        "open",
        0,
    ),
    (
        1,
        "billing",
        "希望改为每月邮件账单",
        "不需要纸质账单了，请改为电子邮件。",
        {"account": "3300440021"},
        2,
        "open",
        0,
    ),
    (4, "enquiry", "阶梯电价怎么算", "想了解第二档、第三档的起点和单价。", {}, 1, "open", 0),
]


def tell_demo_cases(demo: Demo, now: datetime) -> None:
    customers = _customers(demo, now - timedelta(days=30))
    tell_connections(demo, customers, now)
    tell_equipment(demo, customers, now)
    tell_mails(demo, now)
    tell_channels(demo, now)
    tell_demo_visits(demo.branches["east"], demo.staff, customers, now)
    for who, code, subject, body, form, hours, stage, score in STORIES:
        _tell(demo, customers[who], code, subject, body, form, now - timedelta(hours=hours), stage, score)


def _customers(demo: Demo, at: datetime) -> list[Customer]:
    tiers = {tier.code: tier for tier in Tier.objects.all()}
    return [
        register_customer(
            name=name,
            kind=CustomerKind(kind),
            contacts=contacts,
            tier=tiers[tier],
            unit=demo.units["city"],
            manager=demo.staff["wang"] if tier == "diamond" else None,
            language="zh-hans" if not name.isascii() else "en",
            by=demo.staff["admin"].actor,
            at=at,
        )
        for name, kind, tier, contacts in CUSTOMERS
    ]


@verb
def _tell(
    demo: Demo,
    customer: Customer,
    code: str,
    subject: str,
    body: str,
    form: dict[str, object],
    at: datetime,
    stage: str,
    score: int,
) -> None:
    agent = demo.staff["field" if code == "outage" else ("chen", "wang", "zhao")[customer.pk % 3]]
    case = open_case(
        demo.types[code], subject=subject, body=body, customer=customer, form=form, by=customer.actor, at=at
    )
    if stage == "open":
        return
    assign_case(case, to=agent, by=demo.staff["lead"].actor, at=at + timedelta(minutes=4))
    thanks = "您好，已收到，正在核实。" if not customer.name.isascii() else "Thank you, we are looking into it."
    reply_case(case, body=thanks, by=agent.actor, at=at + timedelta(minutes=20))
    if stage == "waiting":
        pause_case(case, by=agent.actor, at=at + timedelta(minutes=40))
    elif stage == "passed":
        note_case(case, body="需现场勘查后确定供电方案。", by=agent.actor, at=at + timedelta(hours=1))
        _pass_up(demo, case, agent, at + timedelta(hours=1))
    elif stage == "closed":
        if code == "outage":
            _served(demo, case, at + timedelta(minutes=30))
        _finish(demo, case, at, score)


def _pass_up(demo: Demo, case: Case, agent: Staff, at: datetime) -> None:
    """The city passes it to the province, which asks the network department and has to urge."""
    leader, engineer = demo.staff["province"], demo.staff["net"]
    pass_case(case, to=demo.units["province"], reason="涉及省公司线路", by=agent.actor, at=at)
    assign_case(case, to=leader, by=leader.actor, at=at + timedelta(minutes=10))
    request = ask_unit(
        demo.units["network"],
        subject="核查 10 千伏线路余量",
        body="请核查 6 号地块附近线路能否再接入 800 千瓦，并给出接入点。",
        level=Level.objects.get(code="1b"),
        from_unit=demo.units["province"],
        case=case,
        asked_by=leader,
        by=leader.actor,
        at=at + timedelta(minutes=30),
    )
    accept_request(request, to=engineer, by=engineer.actor, at=at + timedelta(minutes=50))
    clock = Clock.objects.get(request=request)
    urge(clock, text="客户等着开工，请今天答复", by=demo.staff["netlead"], at=at + timedelta(minutes=80))


def _served(demo: Demo, case: Case, at: datetime) -> None:
    """A small favour between departments, done in time and rated."""
    asker, engineer = demo.staff["field"], demo.staff["net"]
    request = ask_unit(
        demo.units["network"],
        subject="确认上级线路是否带电",
        level=Level.objects.get(code="1b"),
        from_unit=case.unit,
        case=case,
        asked_by=asker,
        by=asker.actor,
        at=at,
    )
    accept_request(request, to=engineer, by=engineer.actor, at=at + timedelta(minutes=3))
    finish_request(request, answer="上级线路正常，故障在楼内表箱。", by=engineer.actor, at=at + timedelta(minutes=20))
    rate_request(request, score=5, remark="很快", by=asker.actor, at=at + timedelta(minutes=40))


def _finish(demo: Demo, case: Case, at: datetime, score: int) -> None:
    agent = case.assignee.actor if case.assignee else demo.staff["lead"].actor
    resolve_case(case, by=agent, at=at + timedelta(hours=2))
    closed_at = at + timedelta(hours=3)
    close_case(case, outcome=Outcome.SOLVED, by=agent, at=closed_at)
    closing = RecordedEvent.objects.filter(
        about_kind="cases.case", about_id=case.pk, kind="cases.closed", at__gte=at
    ).latest("id")
    invitation = invite(case, closing=closing.pk, outcome=Outcome.SOLVED, at=closed_at)
    if invitation and score:
        comment = "只开一个窗口，没有人解释原因。" if score <= 2 else ""
        answer = answer_survey(
            invitation,
            {"satisfaction": score, "speed": score},
            comment=comment,
            language="zh-hans",
            at=closed_at + timedelta(hours=2),
        )
        follow_up(answer, at=answer.at)
