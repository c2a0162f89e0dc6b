"""A house in which every kind of thing is there, so that every page and form can be found."""

import pytest

from tests.conftest import NOW
from tests.web.forms import STARTS, forms_shown


@pytest.fixture
def full_house(demo):
    """The demo with its days of cases, calls, mails, visits and equipment."""
    from ruoshui.demo.cases import tell_demo_cases
    from ruoshui.demo.setup import Demo
    from ruoshui.queues.models import Branch

    branches = {branch.unit.code: branch for branch in Branch.objects.select_related("unit")}
    tell_demo_cases(Demo(demo.units, demo.staff, demo.types, demo.teams, branches, demo.roles), NOW)
    return demo


@pytest.fixture
def shown_forms(full_house, signed_in, monkeypatch):
    """Every form that the administrator finds, and the client that found them."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client = signed_in("admin")
    return client, list(forms_shown(client, STARTS))
