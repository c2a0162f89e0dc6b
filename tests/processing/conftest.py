from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ruoshui.cases.actions import open_case
from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.documents.actions import waive_requirement
from ruoshui.documents.models import Requirement
from ruoshui.processes.actions import begin_template, publish_template, set_template
from ruoshui.processes.models import TemplateVersion
from tests.conftest import NOW
from tests.processing.drawings import APPLICATION, CARD, CHECK_FORM, LIMIT


@pytest.fixture
def publish(demo: SimpleNamespace) -> Callable[..., TemplateVersion]:
    """Publish a drawing for a case type of the demo."""

    def work(source: str, *, type: str = "enquiry", **parts: Any) -> TemplateVersion:
        draft = begin_template(demo.types[type], by=SYSTEM, at=NOW)
        set_template(draft.template, {"drawing": source, **parts}, by=SYSTEM, at=NOW)
        version = publish_template(draft.template, by=SYSTEM, at=NOW)
        demo.types[type].refresh_from_db()
        return version

    return work


@pytest.fixture
def card(publish: Callable[..., TemplateVersion]) -> TemplateVersion:
    """A small card application: check, decide by table, approve above a sum, tell."""
    forms = {"application": APPLICATION, "check": CHECK_FORM}
    documents = [
        {"code": "id", "name_zh": "身份证", "name_en": "ID card"},
        {"code": "income", "name_zh": "收入证明", "name_en": "Proof of income", "when": 'customer_tier != "diamond"'},
    ]
    return publish(CARD, forms=forms, decisions=[LIMIT], documents=documents)


def waive_papers(case: Case, at: datetime = NOW) -> None:
    """Every document the case needs is said not to be needed."""
    for requirement in Requirement.objects.filter(case=case):
        waive_requirement(requirement, why="窗口已核验原件", by=SYSTEM, at=at)


@pytest.fixture
def apply(demo: SimpleNamespace, customer: Any) -> Callable[..., Case]:
    def work(at: datetime = NOW, *, type: str = "enquiry", **more: Any) -> Case:
        values = {"subject": "办卡", "body": "想办一张卡", "unit": demo.units["city"], "form": {"name": "许文"}, **more}
        return open_case(demo.types[type], customer=customer, by=customer.actor, at=at, **values)

    return work
