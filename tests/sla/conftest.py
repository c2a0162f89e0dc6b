"""Shorthands about clocks. Billing gets 3A: a first answer in 4 working hours, settled in 24 (9–12, 13–18)."""

import pytest

from ruoshui.core.actors import SYSTEM
from ruoshui.core.models import RecordedEvent
from ruoshui.sla.actions import publish_level, set_terms
from ruoshui.sla.drafts import draft_of_term
from ruoshui.sla.models import Clock, Level
from tests.conftest import NOW


def clock(about, target="resolution", **more):
    field = "request" if about._meta.model_name == "internalrequest" else "case"
    return Clock.objects.select_related("term", "calendar").filter(**{field: about}, target=target, **more).latest("pk")


def events(about, kind):
    return RecordedEvent.objects.filter(about_kind=about._meta.label_lower, about_id=about.pk, kind=kind)


def revise(code, change, **version):
    """Publish a new version of a level in which `change(draft)` made each term anew; None drops it."""
    level = Level.objects.get(code=code)
    terms = level.versions.filter(state="published").first().terms.prefetch_related("rungs").select_related("calendar")
    drafts = [change(draft_of_term(term)) for term in terms]
    set_terms(level, [draft for draft in drafts if draft], by=SYSTEM, at=NOW, **version)
    return publish_level(level, by=SYSTEM, at=NOW)


@pytest.fixture
def chen(demo):
    return demo.staff["chen"].actor


@pytest.fixture
def lead(demo):
    return demo.staff["lead"]
