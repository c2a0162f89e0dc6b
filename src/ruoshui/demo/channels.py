"""Channels of the demo beside mail: the chat on the portal with two talks, notices, who wants to be called back."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ruoshui.cases.actions import reply_case, take_text
from ruoshui.cases.models import Case
from ruoshui.channels.actions import owe_call_back, receive_text
from ruoshui.channels.adapters import Came
from ruoshui.channels.models import Line, TextIn
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.informing.models import NoticeTemplate

if TYPE_CHECKING:
    from ruoshui.demo.setup import Demo

NOTICES: tuple[dict[str, Any], ...] = (
    {
        "code": "received",
        "moment": "opened",
        "name_zh": "受理通知",
        "name_en": "We have your request",
        "subject_zh": "您的诉求已受理：{number}",
        "subject_en": "We have your request {number}",
        "body_zh": "{customer}，您好！您的{type}已受理，编号 {number}。进度查询：{link}",
        "body_en": "Dear {customer}, we have your {type}. Its number is {number}. See how it goes: {link}",
        "first_way": "sms",
        "ways": ["email", "sms", "wechat"],
    },
    {
        "code": "late",
        "moment": "late",
        "name_zh": "超时致歉",
        "name_en": "We are late",
        "subject_zh": "关于 {number} 的致歉",
        "subject_en": "We are late with {number}",
        "body_zh": "{customer}，非常抱歉，{number} 未能在承诺时间内办好。主管已介入，进度查询：{link}",
        "body_en": "Dear {customer}, we did not keep our promise for {number} and are sorry. A supervisor looks into it: {link}",
        "first_way": "sms",
        "ways": ["email", "sms", "wechat", "letter"],
    },
    {
        "code": "survey",
        "moment": "survey",
        "name_zh": "满意度邀请",
        "name_en": "Are you satisfied?",
        "subject_zh": "{number} 办结，请您评价",
        "subject_en": "{number} is closed: are you satisfied?",
        "body_zh": "{customer}，{number} 已办结。请用半分钟评价本次服务：{survey}",
        "body_en": "Dear {customer}, {number} is closed. Half a minute for your opinion: {survey}",
        "first_way": "sms",
        "ways": ["sms", "wechat"],
    },
    {
        "code": "storm",
        "moment": "by_hand",
        "name_zh": "大风预警提醒",
        "name_en": "Storm warning",
        "subject_zh": "大风天气用电提醒",
        "subject_en": "Storm ahead",
        "body_zh": "{customer}，您好！未来两天有大风，如遇停电请拨打本地服务热线。{unit}",
        "body_en": "Dear {customer}, a storm is ahead. Call our hotline if your power fails. {unit}",
        "first_way": "sms",
        "ways": ["email", "sms", "wechat"],
        "is_optional": True,
    },
)


def tell_channels(demo: "Demo", now: datetime) -> None:
    for values in NOTICES:
        configure(NoticeTemplate(), values, by=SYSTEM, at=now)
    values = {
        "code": "portal",
        "kind": "chat",
        "name_zh": "在线客服",
        "name_en": "Chat with us",
        "unit": demo.units["city"],
        "type": "enquiry",
        "greeting_zh": "您好！请告诉我们您的需求，客服在这里答复您。",
        "greeting_en": "Hello! Tell us what you need; we answer right here.",
    }
    line = configure(Line(), values, by=SYSTEM, at=now - timedelta(days=30))
    begin = now - timedelta(minutes=50)
    about = {"name": "韩雪", "phone": "139 0000 7788", "language": "zh-hans"}
    case = _said(line, "han", "1", "请问分时电价怎么申请？", about, begin)
    reply_case(
        case,
        body="您好！居民用户可在营业厅或本页申请，次月生效。需要我现在帮您登记吗？",
        by=demo.staff["chen"].actor,
        at=begin + timedelta(minutes=4),
    )
    _said(line, "han", "2", "好的，请帮我登记。", about, begin + timedelta(minutes=9))
    _said(line, "li", "1", "Can I pay by card at the Donghu branch?", {"name": "Leo Martin", "language": "en"}, begin)
    owe_call_back(
        unit=demo.units["city"], number="137 0000 5566", reason="报装进度", by=SYSTEM, at=now - timedelta(minutes=35)
    )


def _said(line: Line, visitor: str, key: str, words: str, about: dict[str, str], at: datetime) -> Case:
    visitor = f"demo-{visitor}"
    text: TextIn = take_text(receive_text(line, Came(f"{visitor}:{key}", visitor, words, about), at=at), at=at)
    return Case.objects.get(pk=text.case_id or 0)
