"""A program is answered with a problem whatever fails, and told when to come again."""

import errno
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection
from django.utils import timezone
from psycopg_pool import PoolTimeout

from ruoshui.cases.models import Attachment, Case
from ruoshui.channels.refusals import CannotSend
from ruoshui.core.actors import SYSTEM
from ruoshui.core.refusals import Refusal
from ruoshui.core.trouble import Trouble, fault_of, is_passing, trouble_of
from ruoshui.organization.actions import issue_token
from ruoshui.organization.hashing import TooBusy
from ruoshui.organization.models import Scope
from ruoshui.queues.refusals import TooManyHeld
from ruoshui.web.api.auth import MissingScope
from ruoshui.web.edge.refusals import BodyTooLarge, BodyTooSlow
from ruoshui.web.plain_input import UnkeptText
from tests.disks import full_after


def caused(outer: BaseException, inner: BaseException) -> BaseException:
    outer.__cause__ = inner
    return outer


TROUBLES = [
    (caused(InternalError("x"), psycopg.errors.ReadOnlySqlTransaction("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.AdminShutdown("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.CannotConnectNow("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.TooManyConnections("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.QueryCanceled("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.DeadlockDetected("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), PoolTimeout("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.OperationalError("the connection is closed")), Trouble.DATABASE),
    (OperationalError("connection refused"), Trouble.DATABASE),
    (InterfaceError("connection already closed"), Trouble.DATABASE),
    (caused(RuntimeError("a job"), OperationalError("x")), Trouble.DATABASE),
    (caused(OperationalError("x"), psycopg.errors.DiskFull("x")), Trouble.NO_ROOM),
    (OSError(errno.ENOSPC, "x"), Trouble.NO_ROOM),
    (OSError(errno.EDQUOT, "x"), Trouble.NO_ROOM),
    (OSError(errno.EACCES, "x"), None),
    (caused(DataError("x"), psycopg.errors.StringDataRightTruncation("x")), None),
    (caused(InternalError("x"), psycopg.errors.InFailedSqlTransaction("x")), None),
    (caused(OperationalError("x"), psycopg.errors.UndefinedTable("x")), None),
    (ValueError("x"), None),
]


@pytest.mark.parametrize(("wrong", "expected"), TROUBLES, ids=lambda one: repr(one)[:60])
def test_what_passes_is_told_from_what_is_our_fault(wrong, expected):
    assert trouble_of(wrong) == expected


MACHINES = [
    OSError(errno.EACCES, "x"),
    TimeoutError("x"),
    ConnectionRefusedError("x"),
    MemoryError("x"),
    caused(RuntimeError("a reader"), BrokenPipeError("x")),
    caused(CannotSend("503 busy"), OSError("x")),
    caused(InternalError("x"), psycopg.errors.InFailedSqlTransaction("x")),
    caused(InternalError("x"), psycopg.errors.InternalError_("x")),
]
FOR_GOOD = [
    ValueError("x"),
    caused(CannotSend("404 unknown", for_good=True), OSError("x")),
    caused(DataError("x"), psycopg.errors.StringDataRightTruncation("x")),
    caused(OperationalError("x"), psycopg.errors.UndefinedTable("x")),
]


@pytest.mark.parametrize("wrong", MACHINES, ids=repr)
def test_a_fault_of_the_machine_is_worth_another_try_and_is_no_trouble_to_name_to_who_waits(wrong):
    assert fault_of(wrong) is Trouble.MACHINE
    assert is_passing(wrong)
    assert trouble_of(wrong) is None


@pytest.mark.parametrize("wrong", FOR_GOOD, ids=repr)
def test_what_comes_out_the_same_each_time_is_not_tried_again(wrong):
    assert not is_passing(wrong)


@pytest.mark.parametrize("wrong", [one for one, trouble in TROUBLES if trouble], ids=lambda one: repr(one)[:60])
def test_what_is_named_a_trouble_is_tried_again_too(wrong):
    assert is_passing(wrong)


@pytest.fixture
def token(demo) -> str:
    return issue_token(demo.staff["lead"], name="test", scopes=tuple(Scope.values), by=SYSTEM, at=timezone.now())[1]


def refusing(wrong: BaseException):
    def refuse(execute, sql, *rest):
        if sql.startswith(("INSERT", "UPDATE")):
            raise wrong
        return execute(sql, *rest)

    return connection.execute_wrapper(refuse)


BODY = {"type": "billing", "subject": "电费", "body": "请核对", "customer": {"name": "沈佳", "contacts": []}}


@pytest.mark.parametrize(
    ("wrong", "status", "code", "again"),
    [
        (TROUBLES[0][0], 503, "database-away", "5"),
        (TROUBLES[11][0], 507, "no-room", "60"),
        (ValueError("a fault of ours"), 500, "fault", None),
    ],
)
def test_a_fault_is_a_problem_in_json_and_says_when_to_come_again(client, token, wrong, status, code, again):
    client.raise_request_exception = False
    told = {}
    for language in ("en", "zh-hans"):
        headers = {"authorization": f"Bearer {token}", "accept-language": language}
        with refusing(wrong):
            response = client.post("/api/v1/cases", BODY, "application/json", headers=headers)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
        assert response.get("Retry-After") == again
        found = response.json()
        assert (found["status"], found["code"]) == (status, code)
        told[language] = found["detail"]
    assert (told["en"].isascii(), told["zh-hans"].isascii()) == (True, False)


def test_a_fault_of_ours_is_on_record(client, token, caplog):
    with refusing(ValueError("ours")), pytest.raises(ValueError, match="ours"):
        client.post("/api/v1/cases", BODY, "application/json", headers={"authorization": f"Bearer {token}"})
    with_traceback = [record.getMessage() for record in caplog.records if record.exc_info]
    assert with_traceback == ["Internal Server Error: /api/v1/cases"]


def test_a_case_whose_file_found_no_room_is_not_there_and_the_second_try_is_whole(client, demo, tmp_path, settings):
    """The page too says so with its status, in both languages."""
    settings.MEDIA_ROOT = tmp_path
    content = b"meter " * 50_000
    form = {"name": "沈佳", "phone": "13900002222", "subject": "停电", "body": "停电", "form_address": "河滨路"}

    def sent():
        return client.post("/new/outage", form | {"files": SimpleUploadedFile("meter.txt", content)})

    before = Case.objects.count()
    with full_after(len(content) // 2):
        response = sent()
    assert (response.status_code, response["Retry-After"]) == (507, "60")
    said = response.content.decode()
    assert ("没有保存" in said, "kept nothing" in said) == (True, True)
    assert (Case.objects.count(), list(tmp_path.rglob("*.part"))) == (before, [])

    assert sent().status_code == 302
    assert Attachment.objects.get().file.read() == content


def every(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind}.union(*(every(one) for one in kind.__subclasses__()))


GENERAL = {400, 401, 403, 408, 413, 422, 429, 500, 503, 507}


def test_what_may_come_from_every_address_is_described_for_each(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    told = {
        (path, method): {int(status) for status in operation["responses"]}
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    assert len(told) > 50
    assert {where: GENERAL - statuses for where, statuses in told.items() if GENERAL - statuses} == {}


def test_the_codes_of_such_problems_are_in_the_guide():
    guide = (Path(__file__).parents[2] / "docs/howto/api.md").read_text()
    general = {"not-authenticated", "malformed", "invalid", "fault", Trouble.DATABASE, Trouble.NO_ROOM}
    general |= {kind.code for kind in every(Refusal) if kind.status in (401, 408, 413, 429)}
    general -= {TooManyHeld.code}  # only the portal holds places
    general |= {UnkeptText.code, TooBusy.code, MissingScope.code}
    assert {"token-expired", BodyTooLarge.code, BodyTooSlow.code, "too-many", "too-many-failures"} <= general
    assert {code for code in general if f"`{code}`" not in guide} == set()
