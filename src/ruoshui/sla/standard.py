"""The ten levels that ship: external 1A–5A to customers, internal 1B–5B between departments.

Working minutes by the calendar of the unit that handles it; a working day has eight hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ruoshui.sla.drafts import STOPS_RESOLUTION, USUAL_LADDER, RungDraft, TermDraft
from ruoshui.sla.models import Audience, PauseReason, RungTo, RungWhen, Target

HOUR, DAY = 60, 8 * 60
SORRY_ZH, SORRY_EN = "当日由负责人致电说明并致歉", "the manager in charge calls the same day to explain and apologise"
URGENT_LADDER = (
    RungDraft(RungWhen.PERCENT, 50, RungTo.HOLDER, is_urgent=True),
    RungDraft(RungWhen.PERCENT, 80, RungTo.HOLDER, is_urgent=True),
    RungDraft(RungWhen.PERCENT, 80, RungTo.LEAD, is_urgent=True),
    RungDraft(RungWhen.PERCENT, 100, RungTo.LEAD, is_urgent=True),
    RungDraft(RungWhen.PERCENT, 120, RungTo.ABOVE, is_urgent=True),
)
REQUEST_LADDER = (
    RungDraft(RungWhen.PERCENT, 80, RungTo.HOLDER),
    RungDraft(RungWhen.PERCENT, 80, RungTo.LEAD),
    RungDraft(RungWhen.PERCENT, 80, RungTo.ASKER),
    RungDraft(RungWhen.PERCENT, 100, RungTo.LEAD),
    RungDraft(RungWhen.PERCENT, 100, RungTo.ASKER),
    RungDraft(RungWhen.PERCENT, 150, RungTo.ABOVE),
)


@dataclass(frozen=True, slots=True)
class StandardLevel:
    code: str
    name_zh: str
    name_en: str
    explanation_zh: str
    explanation_en: str
    first_response: int
    resolution: int
    update: int = 0
    request: int = 0
    is_urgent: bool = False

    @property
    def audience(self) -> Audience:
        return Audience.INTERNAL if self.request else Audience.EXTERNAL

    def terms(self) -> Iterator[TermDraft]:
        ladder = URGENT_LADDER if self.is_urgent else USUAL_LADDER
        yield TermDraft(Target.FIRST_RESPONSE, self.first_response, rungs=ladder)
        if self.update:
            pauses = (PauseReason.CUSTOMER, PauseReason.FORCE_MAJEURE)
            yield TermDraft(Target.UPDATE, self.update, pauses_for=pauses, rungs=USUAL_LADDER[:2])
        yield TermDraft(
            Target.RESOLUTION,
            self.resolution,
            pauses_for=STOPS_RESOLUTION,
            rungs=ladder,
            compensation_zh=SORRY_ZH if self.is_urgent else "",
            compensation_en=SORRY_EN if self.is_urgent else "",
        )
        if self.request:
            yield TermDraft(Target.REQUEST, self.request, pauses_for=(PauseReason.RETURNED,), rungs=REQUEST_LADDER)


STANDARD_LEVELS = (
    StandardLevel(
        "1a",
        "1A 特急",
        "1A urgent",
        "危及安全或大面积影响，以及最高等级客户",
        "danger, many people affected, and our highest customers",
        15,
        4 * HOUR,
        update=2 * HOUR,
        is_urgent=True,
    ),
    StandardLevel(
        "2a",
        "2A 优先",
        "2A priority",
        "故障报修与投诉",
        "faults and complaints",
        HOUR,
        DAY,
        update=4 * HOUR,
    ),
    StandardLevel(
        "3a", "3A 标准", "3A standard", "一般业务办理", "ordinary business", 4 * HOUR, 3 * DAY, update=2 * DAY
    ),
    StandardLevel(
        "4a",
        "4A 一般",
        "4A normal",
        "需要现场或多部门办理的业务",
        "work on site or by several departments",
        DAY,
        7 * DAY,
    ),
    StandardLevel(
        "5a", "5A 来信", "5A letters", "来信、建议与咨询", "letters, suggestions and questions", 2 * DAY, 15 * DAY
    ),
    StandardLevel(
        "1b", "1B 内部特急", "1B internal urgent", "立即协办", "at once", 30, 4 * HOUR, request=HOUR, is_urgent=True
    ),
    StandardLevel(
        "2b",
        "2B 内部优先",
        "2B internal priority",
        "半个工作日内协办",
        "within half a working day",
        DAY,
        5 * DAY,
        request=DAY // 2,
    ),
    StandardLevel(
        "3b",
        "3B 内部标准",
        "3B internal standard",
        "一个工作日内协办",
        "within a working day",
        DAY,
        6 * DAY,
        request=DAY,
    ),
    StandardLevel(
        "4b",
        "4B 内部一般",
        "4B internal normal",
        "三个工作日内协办",
        "within three working days",
        2 * DAY,
        10 * DAY,
        request=3 * DAY,
    ),
    StandardLevel(
        "5b",
        "5B 内部会商",
        "5B internal consultation",
        "五个工作日内会商答复",
        "within five working days",
        2 * DAY,
        15 * DAY,
        request=5 * DAY,
    ),
)
