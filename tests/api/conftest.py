import json

import pytest
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope


@pytest.fixture
def program(client, demo):
    """program("lead")("POST", "/cases", body) → (status, answer)."""

    def of(username, scopes=tuple(Scope.values)):
        _token, secret = issue_token(demo.staff[username], name="test", scopes=scopes, by=SYSTEM, at=timezone.now())

        def call(method, path, body=None, **headers):
            response = client.generic(
                method,
                f"/api/v1{path}",
                json.dumps(body) if body is not None else "",
                "application/json",
                headers={"authorization": f"Bearer {secret}", **headers},
            )
            return response.status_code, response.json()

        return call

    return of
