"""Schemathesis reads the OpenAPI document and tries everything it allows and forbids."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
from ruoshui.web.wsgi import application

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def secret(demo, opened):
    opened()
    return issue_token(demo.staff["admin"], name="fuzz", scopes=Scope.values, by=SYSTEM, at=timezone.now())[1]


@pytest.fixture
def open_connection(demo):
    """Outside a test client a request ends by closing its connection; here it is the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_api_keeps_to_its_description(case, secret, open_connection):
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)
