"""The description is good enough for a client that a generator makes of it: it is made, compiled, typed, and used."""

import importlib
import json
import subprocess
import sys
from datetime import datetime

import httpx
import pytest
from django.utils import timezone

from ruoshui.core.actors import SYSTEM
from ruoshui.organization.actions import issue_token
from ruoshui.organization.models import Scope
from ruoshui.web.api.main import api

NAME = "ruoshui_made_client"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The generated package, importable."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(api.get_openapi_schema()))
    (folder / "config.json").write_text(json.dumps({"post_hooks": []}))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"),
            *("--path", folder / "openapi.json", "--config", folder / "config.json", "--output-path", folder / NAME),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield folder / NAME
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


class IntoTheTests(httpx.BaseTransport):
    """Brings the client's requests to Django without a network."""

    def __init__(self, browser):
        self.browser = browser

    def handle_request(self, request):
        answer = self.browser.generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", ""),
            headers={
                name: value for name, value in request.headers.items() if name in ("authorization", "idempotency-key")
            },
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@pytest.fixture
def sdk(made, client, demo):
    """sdk("cases.list_cases", …) → what the generated function of this operation answers, parsed."""
    _token, secret = issue_token(demo.staff["lead"], name="sdk", scopes=list(Scope), by=SYSTEM, at=timezone.now())
    package = importlib.import_module(NAME)
    speaker = package.AuthenticatedClient(
        base_url="http://testserver", token=secret, httpx_args={"transport": IntoTheTests(client)}
    )

    def call(operation, *words, **more):
        return importlib.import_module(f"{NAME}.api.{operation}").sync(*words, client=speaker, **more)

    call.models = importlib.import_module(f"{NAME}.models")
    return call


def test_every_operation_becomes_a_function_of_its_own_and_all_of_it_compiles(made):
    operations = {
        operation["operationId"]
        for methods in api.get_openapi_schema()["paths"].values()
        for operation in methods.values()
    }
    functions = [path.stem for path in (made / "api").rglob("*.py") if path.stem != "__init__"]
    assert sorted(functions) == sorted(operations)
    done = subprocess.run([sys.executable, "-m", "compileall", "-q", made], check=False)
    assert done.returncode == 0
    for path in (made / "api").rglob("*.py"):
        importlib.import_module(".".join([NAME, *path.relative_to(made).with_suffix("").parts]))


def test_a_case_goes_its_way_through_the_generated_client(sdk):
    shapes = sdk.models
    made = sdk(
        "cases.create_case",
        body=shapes.CaseIn(
            type_="billing",
            subject="电费核对",
            body="请核对抄表数据",
            customer=shapes.CustomerIn(
                name="许文", contacts=[shapes.ContactIn(kind=shapes.ContactKind.PHONE, value="0571-88990011")]
            ),
        ),
        idempotency_key="k1",
    )
    assert (type(made).__name__, made.state, type(made.opened_at)) == ("CaseOpenedOut", "open", datetime)
    moved = sdk("cases.pass_case", made.number, body=shapes.PassingIn(unit="east", reason="归口"))
    assert moved.unit == "east"
    found = sdk("cases.search_cases", q="+86 571 88990011")
    assert ([case.number for case in found.items], found.next_) == ([made.number], None)
    people = sdk("customers.list_customers", q="0011")
    assert [person.name for person in people.items] == ["许文"]


def test_pages_follow_each_other_through_the_generated_client(sdk, opened):
    for _each in range(3):
        opened()
    first = sdk("cases.list_cases", limit=2)
    second = sdk("cases.list_cases", limit=2, after=first.next_)
    assert (len(first.items), len(second.items), second.next_) == (2, 1, None)
    assert len({case.number for case in first.items + second.items}) == 3


def test_a_refusal_comes_as_a_problem(sdk):
    problem = sdk("cases.list_cases", after="garbage")
    assert (type(problem).__name__, problem.status, problem.code) == ("Problem", 422, "invalid")
