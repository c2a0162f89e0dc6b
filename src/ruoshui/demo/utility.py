"""The demo's power supply: the utility pack, who does its work, the joint group, and three connections on their way."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ruoshui.cases.actions import open_case
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Case, CaseType
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.customers.models import Customer
from ruoshui.demo.passwords import give_known_password
from ruoshui.documents.actions import accept_document, receive_document
from ruoshui.documents.models import Document, Requirement
from ruoshui.organization.actions import hire
from ruoshui.organization.models import Role, Staff
from ruoshui.packs.actions import install_pack
from ruoshui.packs.reading import sound_pack
from ruoshui.packs.shipped import shipped_packs
from ruoshui.processes.actions import finish_task, take_task, vote
from ruoshui.processes.models import JointGroup, Seat, Task
from ruoshui.processes.placing import working_later
from service_science.worktime import WorkingSpan

if TYPE_CHECKING:
    from ruoshui.demo.setup import Demo

# user name, Chinese, English, unit, role
PEOPLE = [
    ("survey", "罗勘", "Kan Luo", "field", "surveyor"),
    ("plan", "方致远", "Zhiyuan Fang", "city", "planner"),
    ("build", "石磊", "Lei Shi", "field", "builder"),
    ("inspect", "严正", "Zheng Yan", "city", "inspector"),
]
# department, Chinese, English, who
SEATS = [
    ("marketing", "营销", "Marketing", "chen"),
    ("planning", "规划", "Planning", "plan"),
    ("construction", "建设", "Construction", "build"),
    ("dispatch", "调度", "Dispatch", "net"),
]
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>"


def set_up_utility(demo: "Demo", at: datetime) -> None:
    install_pack(sound_pack(shipped_packs() / "utility"), unit=demo.units["city"], by=SYSTEM, at=at)
    demo.types |= {type.code: type for type in CaseType.objects.select_related("unit")}
    for username, zh, en, unit, role in PEOPLE:
        demo.staff[username] = hire(
            username=username,
            name_zh=zh,
            name_en=en,
            unit=demo.units[unit],
            password=None,
            roles=[Role.objects.get(code=role)],
            by=SYSTEM,
            at=at,
        )
        give_known_password(demo.staff[username], at=at)
    # The pack's kinds take the place of the general one; faults are taken in as the demo's outages.
    for code in ("connection", "fault"):
        configure(demo.types[code], {"is_public": False}, by=SYSTEM, at=at)
    group = configure(
        JointGroup(),
        {
            "code": "green",
            "name_zh": "绿色通道联合工作组",
            "name_en": "Green channel group",
            "unit": demo.units["city"],
        },
        by=SYSTEM,
        at=at,
    )
    for code, zh, en, who in SEATS:
        values = {"group": group, "code": code, "name_zh": zh, "name_en": en, "staff": demo.staff[who]}
        configure(Seat(), values, by=SYSTEM, at=at)


def tell_connections(demo: "Demo", customers: list[Customer], now: datetime) -> None:
    """A home that has its supply, a shop that waits for its plan, and a hospital in the green channel, an hour late."""
    home = _apply(
        demo,
        "conn-resident",
        customers[4],
        "新房装表用电",
        {"kind": "新装", "address": "云州市柳岸小区 3 幢 502"},
        now - timedelta(days=9),
    )
    _bring(home, demo.staff["chen"], home.opened_at)
    _work(home, home.opened_at, HOME, last="revisit")
    shop = {"kind": "增容", "company": "东湖便利店", "address": "云州市东湖路 20 号", "capacity": 60.0}
    case = _apply(demo, "conn-low", customers[5], "便利店增加冷柜，申请增容", shop, now - timedelta(days=2))
    _work(case, case.opened_at, HOME, last="survey")
    hospital = {"kind": "新装", "company": "云州精密仪器有限公司", "address": "云州市科创园 1 号", "capacity": 2000.0}
    case = _apply(demo, "conn-dual", customers[2], "新厂区双电源用电", hospital, now - timedelta(days=3))
    _work(case, case.opened_at, {"accept": {"green": True}}, last="accept")
    approval = Task.objects.to_do().get(case=case)
    lead = approval.votes.select_related("staff").first()
    assert lead is not None
    approved = working_later(case.unit, case.opened_at, WorkingSpan(seconds=3600))
    vote(approval, staff=lead.staff, approves=True, by=lead.staff.actor, at=approved)
    _work(case, approved, {"green_data": {}}, last="green_data", each=2 * 3600)


HOME: dict[str, dict[str, Any]] = {
    "accept": {},
    "survey": {"survey_result": "具备供电条件"},
    "plan": {"plan_text": "由东湖公变供电，容量 8 千瓦"},
    "build": {},
    "inspect": {"passed": True},
    "paper": {},
    "energise": {"meter": "YZ20260088"},
    "revisit": {"satisfied": "满意"},
}


def _apply(demo: "Demo", type: str, customer: Customer, subject: str, form: Mapping[str, Any], at: datetime) -> Case:
    return open_case(
        demo.types[type],
        subject=subject,
        body=subject + "，请尽快办理。",
        customer=customer,
        channel="counter",
        form=form,
        unit=demo.units["city"],
        by=customer.actor,
        at=at,
    )


def _bring(case: Case, staff: Staff, at: datetime) -> None:
    for requirement in Requirement.objects.filter(case=case):
        upload = Upload(f"{requirement.code}.pdf", PAPER)
        receive_document(
            case, upload, requirement=requirement, by=case.customer.actor if case.customer else SYSTEM, at=at
        )
    for document in Document.objects.filter(case=case).select_related("case__unit"):
        accept_document(document, by=staff.actor, at=at)


def _work(case: Case, begin: datetime, answers: Mapping[str, dict[str, Any]], *, last: str, each: int = 5400) -> None:
    """Whoever may do it takes the next task and finishes it, `each` working seconds after the one before."""
    now = begin
    while (
        task := Task.objects.to_do().filter(case=case).select_related("case__unit", "unit", "role").first()
    ) is not None:
        if task.node not in answers:
            return
        now = working_later(case.unit, now, WorkingSpan(seconds=each))
        who = task.assignee or Staff.objects.filter(memberships__role=task.role, memberships__unit=task.unit).first()
        assert who is not None
        take_task(task, to=who, by=who.actor, at=now)
        finish_task(task, answers=answers[task.node], by=who.actor, at=now)
        if task.node == last:
            return
