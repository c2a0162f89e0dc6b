"""What a pack.toml may hold, as JSON Schema: one shape for all packs. Whatever is not named here is a mistake."""

from typing import Any

from ruoshui.assets.models import Reads, Severity
from ruoshui.cases.models.cases import Channel, Priority
from ruoshui.cases.models.types import ICONS
from ruoshui.feedback.models import QUESTION_KINDS
from ruoshui.organization.models import Permission, Reach
from ruoshui.sla.models import Audience, CalendarFrom, OnReopen, PauseReason, RungTo, RungWhen, Target

CODE = {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,49}$"}
TEXT = {"type": "string", "minLength": 1, "maxLength": 300}
FILE = {"type": "string", "pattern": "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\\.(json|bpmn|dmn)$"}
NUMBER = {"type": "integer", "minimum": 0}
NAMES = {"name_zh": TEXT, "name_en": TEXT}


def one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def table(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def rows(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": table(required, **properties)}


NAMED = ("code", "name_zh", "name_en")
RUNG = rows(
    ("when", "amount", "to"),
    when=one_of(*RungWhen.values),
    amount=NUMBER,
    to=one_of(*RungTo.values),
    is_urgent={"type": "boolean"},
    by_mail={"type": "boolean"},
)
TERM = rows(
    ("target",),
    target=one_of(*Target.values),
    minutes={"type": "integer", "minimum": 1},
    hours={"type": "number", "exclusiveMinimum": 0},
    days={"type": "integer", "minimum": 1},
    milestone=CODE,
    **NAMES,
    after=CODE,
    calendar_from=one_of(*CalendarFrom.values),
    calendar=CODE,
    pauses_for={"type": "array", "items": one_of(*PauseReason.values)},
    compensation_zh=TEXT,
    compensation_en=TEXT,
    rung=RUNG,
)
HOURS = {
    "type": "array",
    "items": {"type": "string", "pattern": "^([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d$"},
}
QUESTIONS = rows(
    ("name", "kind", "zh", "en"),
    name=CODE,
    kind=one_of(*sorted(QUESTION_KINDS)),
    zh=TEXT,
    en=TEXT,
    options={"type": "array", "items": {"type": "array", "items": TEXT, "minItems": 3, "maxItems": 3}},
)
DOCUMENT = rows(
    ("code", "name_zh", "name_en"),
    code=CODE,
    **NAMES,
    explanation_zh=TEXT,
    explanation_en=TEXT,
    is_required={"type": "boolean"},
    steps={"type": "string", "maxLength": 300},
    when={"type": "string", "maxLength": 500},
)
CHECK = rows(
    NAMED,
    code=CODE,
    **NAMES,
    reads=one_of(*Reads.values),
    measure={"type": "string", "maxLength": 12},
    low={"type": "number"},
    high={"type": "number"},
    severity=one_of(*Severity.values),
)
CASE_TYPE = rows(
    NAMED,
    code=CODE,
    **NAMES,
    explanation_zh=TEXT,
    explanation_en=TEXT,
    icon=one_of(*ICONS),
    priority=one_of(*Priority.values),
    reopen_days=NUMBER,
    is_public={"type": "boolean"},
    position=NUMBER,
    form=FILE,
    process=FILE,
    forms={"type": "object", "additionalProperties": FILE},
    decisions={"type": "array", "items": FILE},
    note=TEXT,
    document=DOCUMENT,
)
SCHEMA: dict[str, Any] = table(
    ("pack",),
    pack=table(
        ("code", "version", "name_zh", "name_en"),
        code=CODE,
        version={"type": "string", "pattern": "^\\d+(\\.\\d+){0,2}$"},
        **NAMES,
        needs={"type": "array", "items": CODE},
    ),
    role=rows(
        (*NAMED, "reach", "permissions"),
        code=CODE,
        **NAMES,
        reach=one_of(*Reach.values),
        permissions={"type": "array", "items": one_of(*Permission.values)},
    ),
    tier=rows((*NAMED, "rank"), code=CODE, **NAMES, rank=NUMBER),
    calendar=rows(
        (*NAMED, "hours"),
        code=CODE,
        **NAMES,
        zone={"type": "string", "maxLength": 60},
        holidays=CODE,
        hours=table((), **dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), HOURS)),
    ),
    service_class=rows(
        NAMED,
        code=CODE,
        **NAMES,
        tier_rank=NUMBER,
        rank=NUMBER,
        bonus_minutes={"type": "integer", "minimum": 0, "maximum": 240},
    ),
    survey=rows(
        (*NAMED, "questions"),
        code=CODE,
        **NAMES,
        type=CODE,
        follow_up_at={"type": "integer", "minimum": 0, "maximum": 5},
        follow_up_type=CODE,
        rest_days={"type": "integer", "minimum": 0, "maximum": 365},
        valid_days=NUMBER,
        questions=QUESTIONS,
    ),
    level=rows(
        (*NAMED, "term"),
        code=CODE,
        **NAMES,
        audience=one_of(*Audience.values),
        explanation_zh=TEXT,
        explanation_en=TEXT,
        on_reopen=one_of(*OnReopen.values),
        term=TERM,
    ),
    case_type=CASE_TYPE,
    strategy=rows(
        ("level",),
        level=CODE,
        type=CODE,
        tier=CODE,
        priority=one_of(*Priority.values),
        channel=one_of(*Channel.values),
        queue_rank={"type": "integer", "minimum": 1, "maximum": 9},
        survey_percent={"type": "integer", "minimum": 0, "maximum": 100},
    ),
    macro=rows(
        ("name_zh", "name_en", "body_zh", "body_en"),
        **NAMES,
        body_zh={"type": "string"},
        body_en={"type": "string"},
        then=one_of("reply", "wait", "resolve"),
    ),
    asset_kind=rows(
        NAMED,
        code=CODE,
        **NAMES,
        round_months={"type": "integer", "minimum": 0, "maximum": 120},
        notice_days={"type": "integer", "minimum": 0, "maximum": 366},
        defect_type=CODE,
        check=CHECK,
    ),
    business=rows(
        (*NAMED, "type"),
        code=CODE,
        **NAMES,
        type=CODE,
        icon=one_of(*ICONS),
        usual_minutes=NUMBER,
        self_service_zh=TEXT,
        self_service_en=TEXT,
        position=NUMBER,
    ),
)
