"""Ending a case by a program: refused with what is missing, or with a supervisor's reason."""

import pytest

from ruoshui.cases.models import Case
from ruoshui.core.actors import SYSTEM
from ruoshui.documents.actions import require_documents
from ruoshui.documents.actions.requiring import Wanted
from tests.conftest import NOW


@pytest.fixture
def lacking(opened):
    case = opened()
    require_documents(case, [Wanted("id", "身份证", "ID card")], by=SYSTEM, at=NOW)
    return case


@pytest.mark.parametrize(("path", "more"), [("closure", {"outcome": "solved"}), ("resolution", {})])
def test_a_program_is_told_what_is_missing(program, lacking, path, more):
    status, told = program("chen")("PUT", f"/cases/{lacking.number}/{path}", more)
    assert (status, told["code"]) == (409, "work-unfinished")
    assert "身份证" in told["detail"]
    assert Case.objects.get(pk=lacking.pk).state == "open"


@pytest.mark.parametrize(
    ("path", "more", "state"), [("closure", {"outcome": "solved"}, "closed"), ("resolution", {}, "resolved")]
)
def test_the_program_of_a_supervisor_gives_a_reason_that_can_be_read(program, lacking, path, more, state):
    said = {**more, "despite": "户主已过世"}
    assert program("chen")("PUT", f"/cases/{lacking.number}/{path}", said)[1]["code"] == "needs-supervisor"
    lead = program("lead")
    assert lead("PUT", f"/cases/{lacking.number}/{path}", said)[1]["state"] == state
    status, found = lead("GET", f"/cases/{lacking.number}/overrides")
    assert (status, [(one["reason"], one["unfinished"]) for one in found]) == (200, [("户主已过世", ["身份证"])])


def test_overrides_of_another_unit_are_not_there(program, lacking):
    assert program("south")("GET", f"/cases/{lacking.number}/overrides")[0] == 404
