"""A refusal tells a program that may not read cases nothing that people wrote."""

import pytest

from ruoshui.organization.models import Scope
from ruoshui.processes.actions import add_task, take_task
from tests.conftest import NOW

WORDS = "陈先生的离婚判决"
WRITER, READER = (Scope.CASES_WRITE,), (Scope.CASES_WRITE, Scope.CASES_READ)


@pytest.fixture
def task(opened, demo):
    made = add_task(
        opened(), name=WORDS, role=demo.roles["agent"], unit=demo.units["city"], by=demo.staff["lead"].actor, at=NOW
    )
    return take_task(made, to=demo.staff["wang"], by=demo.staff["wang"].actor, at=NOW)


def test_the_name_of_a_task_is_left_out(task, program):
    for scopes, shown in ((READER, True), (WRITER, False)):
        status, answer = program("lead", scopes)("POST", f"/tasks/{task.pk}/taking", {})
        assert (status, answer["code"]) == (409, "task-taken")
        assert (WORDS in str(answer)) is shown
        assert "王" in answer["detail"] or "Wang" in answer["detail"]  # who has it may be known


def test_a_stranger_is_not_even_told_that_there_is_one(task, program):
    for scopes in (READER, WRITER):
        status, answer = program("south", scopes)("POST", f"/tasks/{task.pk}/taking", {})
        assert (status, answer["code"]) == (404, "not-found")
