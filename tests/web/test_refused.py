"""Who tries what they may not do is seen in the log: who, what and why, of people and of programs."""

import logging

import pytest

from tests.api.conftest import program  # noqa: F401


@pytest.fixture
def noted(caplog):
    caplog.set_level(logging.WARNING, logger="ruoshui.web.refused")
    return lambda: [one.getMessage() for one in caplog.records if one.name == "ruoshui.web.refused"]


def test_a_page_that_somebody_may_not_use_is_noted_with_who_they_are(noted, signed_in):
    assert signed_in("chen").get("/settings/staff").status_code == 403
    assert signed_in("chen").post("/settings/staff/new", {}).status_code == 403
    assert noted() == [
        "refused chen: GET /settings/staff (not-allowed)",
        "refused chen: POST /settings/staff/new (not-allowed)",
    ]


def test_a_call_that_a_program_may_not_make_is_noted_with_whose_token_it_is(noted, program):  # noqa: F811
    assert program("chen", ())("GET", "/cases")[0] == 403
    assert noted() == ["refused a token of chen: GET /api/v1/cases (missing-scope)"]


def test_what_is_allowed_or_not_there_is_not_noted(noted, signed_in, opened):
    client = signed_in("chen")
    assert client.get(f"/work/cases/{opened().pk}").status_code == 200
    assert client.get("/work/cases/999999").status_code == 404
    assert noted() == []
