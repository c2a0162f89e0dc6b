"""Forms and questions of the demo."""

from typing import Any

ADDRESS = {"type": "string", "title": "用电地址", "x-title-en": "Address", "maxLength": 200}
METER = {
    "type": "string",
    "title": "户号",
    "x-title-en": "Account number",
    "pattern": "^[0-9]{6,13}$",
    "description": "账单左上角的数字",
    "x-description-en": "The digits at the top left of your bill",
}

FORMS: dict[str, dict[str, Any]] = {
    "outage": {
        "type": "object",
        "required": ["address"],
        "properties": {
            "address": ADDRESS,
            "scope": {
                "type": "string",
                "title": "停电范围",
                "x-title-en": "What is out",
                "enum": ["仅我家", "整栋楼", "整条街"],
                "x-options-en": ["Only my home", "The whole building", "The whole street"],
            },
            "danger": {
                "type": "boolean",
                "title": "有危险（冒烟、断线、异响）",
                "x-title-en": "There is danger (smoke, a broken line, noise)",
            },
        },
    },
    "connection": {
        "type": "object",
        "required": ["address", "use"],
        "properties": {
            "address": ADDRESS,
            "use": {
                "type": "string",
                "title": "用电性质",
                "x-title-en": "Use",
                "enum": ["居民", "商业", "工业"],
                "x-options-en": ["Home", "Business", "Industry"],
            },
            "capacity": {
                "type": "number",
                "title": "申请容量（千瓦）",
                "x-title-en": "Capacity (kW)",
                "minimum": 1,
                "maximum": 100000,
            },
            "wanted": {"type": "string", "format": "date", "title": "希望接电日期", "x-title-en": "Wanted by"},
        },
    },
    "billing": {"type": "object", "properties": {"account": METER}},
}

SURVEY_QUESTIONS: list[dict[str, Any]] = [
    {
        "name": "satisfaction",
        "kind": "score",
        "zh": "您对这次服务满意吗？",
        "en": "Are you satisfied with our service?",
    },
    {"name": "speed", "kind": "score", "zh": "处理速度如何？", "en": "How was the speed?"},
    {
        "name": "solved",
        "kind": "choice",
        "zh": "问题解决了吗？",
        "en": "Is your matter settled?",
        "options": [["yes", "已解决", "Yes"], ["partly", "部分解决", "Partly"], ["no", "没有解决", "No"]],
    },
]
