"""What a create answers is used in every operation that takes it, with odd values in every field."""

import json
import re
from random import Random

import pytest
from django.utils import timezone
from ninja import Schema

from ruoshui.core.actors import SYSTEM
from ruoshui.informing.models import NoticeTemplate
from ruoshui.notices.models import Notice
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
from tests.api.walking import ODD, ODD_PATHS, Operation, Walk, operations, resolved
from tests.conftest import NOW
from tests.web.conftest import full_house  # noqa: F401 the fixture

# A round needs a reading for each check of that very asset (`tests/assets`), a part messages of that very case, an answer
# the token of a link (`test_case_moves`).
NEVER_CREATED = {
    "POST /api/v1/assets/{pk}/rounds",
    "POST /api/v1/cases/{number}/parts",
    "POST /api/v1/survey-answers",
}


@pytest.fixture
def walk(client, full_house, monkeypatch):  # noqa: F811
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    client.raise_request_exception = False
    staff = full_house.staff["admin"]
    secret = issue_token(staff, name="walk", scopes=Scope.values, by=SYSTEM, at=timezone.now())[1]

    def call(method, path, body=None):
        sent = json.dumps(body) if body is not None else ""
        response = client.generic(method, path, sent, "application/json", headers={"authorization": f"Bearer {secret}"})
        try:
            return response.status_code, json.loads(response.content) if response.content else None
        except ValueError:
            return response.status_code, None

    notice = Notice.objects.create(staff=staff, kind="x", about_kind="cases.case", about_id=1, at=NOW, show_at=NOW)
    template = NoticeTemplate.objects.earliest("pk")
    template.moment = "by_hand"
    template.save()
    walk = Walk(call, Random(19), {"template": [template.code], "notices": [notice.pk]})
    look_around(walk)
    return walk


def look_around(walk: Walk) -> None:
    """Every list first, then every creation as the document describes it."""
    every = operations()
    # What can be chosen from: times that are free.
    asking = [one for one in every if one.method == "GET" and any(said.get("required") for said in one.parameters[1:])]
    for operation in every:
        if operation.method == "GET" and "{" not in operation.path:
            walk.take(operation, walk.address(operation))
    for operation in every:
        if operation.method in ("GET", "POST"):
            ask(walk, operation)
    for operation in every:
        for _try in range(8 if "201" in operation.answers else 0):
            if operation.name not in walk.done:
                for other in asking:
                    ask(walk, other)
                ask(walk, operation)


def ask(walk: Walk, operation: Operation) -> None:
    body = walk.body(operation.path, operation.body) if operation.body else None
    walk.take(operation, walk.address(operation), body)


def use(walk: Walk, steps: int) -> None:
    every = operations()
    for number in range(steps):
        operation = every[number % len(every)]
        address = walk.address(operation)
        if number % 7 == 0 and "{" in operation.path:
            address = re.sub(r"\{\w+\}", walk.random.choice(ODD_PATHS), operation.path)
        body = walk.body(operation.path, operation.body, most=number % 2 == 0) if operation.body else None
        if body is not None and number // len(every) % 3:
            name = walk.random.choice(list(resolved(operation.body or {})["properties"]))
            body[name] = walk.random.choice(ODD)
        walk.take(operation, address, body)


def test_what_is_created_can_be_used_in_every_way(walk):
    use(walk, 400)
    assert walk.wrong == {}
    assert {one.name for one in operations() if "{" in one.path} - walk.met == set()
    assert {one.name for one in operations() if "201" in one.answers} - walk.done == NEVER_CREATED


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_nothing_done_in_any_order_ends_in_an_error(walk, seed):
    walk.random = Random(seed)
    use(walk, 3000)
    assert walk.wrong == {}


def test_each_shape_of_the_document_is_one_class():
    """Two classes of one name would be described as the one that was read last."""
    known: dict[str, set[str]] = {}
    for found in _classes(Schema):
        if found.__module__.startswith("ruoshui.web.api."):
            known.setdefault(found.__name__, set()).add(found.__module__)
    assert len(known) > 50
    assert {name: modules for name, modules in known.items() if len(modules) > 1} == {}


def _classes(of: type) -> set[type]:
    below: list[type] = type.__subclasses__(of)
    return {of, *(found for one in below for found in _classes(one))}
