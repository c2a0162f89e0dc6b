"""kill -9 in the middle: nothing accepted is lost, nothing that must follow is forgotten."""

import http.client
import threading
import time
import uuid

import pytest

from tests.running import Stack, stack, until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        yield found


@pytest.fixture(scope="module")
def token(running: Stack) -> str:
    return running.token()


BODY = {
    "type": "billing",
    "body": "请核对",
    "customer": {"name": "沈佳", "contacts": [{"kind": "email", "value": "shen@example.com"}]},
}


def test_killing_web_and_worker_loses_no_request_and_no_reaction(running: Stack, token: str):
    accepted: dict[str, str] = {}
    sent: list[str] = []
    stopping = threading.Event()
    # One customer closes all of these: nobody is left alone between two questions here.
    running.sql("UPDATE feedback_survey SET rest_days = 0 RETURNING id")

    def client() -> None:
        while not stopping.is_set():
            key = uuid.uuid4().hex
            sent.append(key)
            # A client that got no answer asks again with the same key until it gets one.
            while True:
                try:
                    status, case = running.call("POST", "/cases", BODY | {"subject": key}, token=token, key=key)
                    assert status == 201, case
                    status, closed = running.call(
                        "PUT", f"/cases/{case['number']}/closure", {"outcome": "solved"}, token=token
                    )
                    assert status in (200, 409), closed
                    accepted[key] = case["number"]
                    break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.2)

    threads = [threading.Thread(target=client) for _each in range(4)]
    for thread in threads:
        thread.start()
    for name in ("serve", "worker", "serve", "worker"):
        time.sleep(1.5)
        running.kill(name)
        time.sleep(0.3)
        running.start(name)
    stopping.set()
    for thread in threads:
        thread.join(60)

    assert set(accepted) == set(sent)
    counted = dict(running.sql("SELECT subject, count(*) FROM cases_case WHERE length(subject) = 32 GROUP BY 1"))
    assert counted == dict.fromkeys(sent, 1)
    states = running.sql("SELECT DISTINCT state FROM cases_case WHERE length(subject) = 32")
    assert states == [("closed",)]
    # Every closing asks its customer, also those whose worker was killed.
    until(
        lambda: (
            running.sql(
                "SELECT count(*) FROM feedback_invitation i JOIN cases_case c ON c.id = i.case_id WHERE length(c.subject) = 32"
                " AND i.delivery = 'sent'"
            )
            == [(len(sent),)]
        ),
        60,
    )
    closings = running.sql(
        "SELECT count(*) FROM core_event e JOIN cases_case c ON c.id = e.about_id AND e.about_kind = 'cases.case' "
        "WHERE length(c.subject) = 32 AND e.kind = 'cases.closed'"
    )
    assert closings == [(len(sent),)]


def test_two_workers_never_take_one_case(running: Stack, token: str):
    running.sql(
        "UPDATE organization_staff SET presence = 'available', capacity = 1000 WHERE username IN ('chen', 'wang') RETURNING 1"
    )
    second = Stack(running.environment, running.port)
    second.start("worker")
    try:
        numbers = [
            running.call("POST", "/cases", BODY | {"subject": f"dealt {n}"}, token=token)[1]["number"]
            for n in range(40)
        ]
        ids = ",".join(str(int(number[2:])) for number in numbers)
        until(
            lambda: (
                running.sql(f"SELECT count(*) FROM cases_case WHERE id IN ({ids}) AND assignee_id IS NULL") == [(0,)]
            )
        )
    finally:
        second.stop()
    assigned = running.sql(
        f"SELECT about_id, count(*) FROM core_event WHERE kind = 'cases.assigned' AND about_id IN ({ids}) GROUP BY 1"
    )
    assert sorted(count for _case, count in assigned) == [1] * 40
    shares = running.sql(f"SELECT count(*) FROM cases_case WHERE id IN ({ids}) GROUP BY assignee_id")
    assert sum(count for (count,) in shares) == 40


def test_the_doctor_finds_a_running_installation_well(running: Stack):
    assert "✗" not in running.command("doctor")


def test_two_processes_play_the_history_of_many_months_side_by_side(running: Stack, tmp_path):
    """Each month needs a partition, made by whoever comes first; nobody may wait for ever for the other."""
    rows = ["留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"]
    for n in range(120):
        year, month = 2008 + n % 10, 1 + n % 12
        rows.append(
            f"M{n},U{n % 7},路灯不亮,{year}/{month}/3 9:00:00,一周了,已修复,{year}/{month}/{4 + n % 20} 10:00:00"
        )
    history = tmp_path / "history.csv"
    history.write_text("\n".join(rows) + "\n")
    told = running.command("replay", str(history), "--mapping", "citizen_letters", "--jobs", "2", seconds=120)
    assert "120 of 120 cases" in told
    assert running.sql("SELECT count(*) FROM cases_case WHERE source_key LIKE 'letters:M%' AND state = 'closed'") == [
        (120,)
    ]
