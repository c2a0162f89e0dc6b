"""kill -9 of the worker while mail goes out: what was accepted is sent, and sent once."""

import subprocess
import sys
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller

from tests.channels.conftest import mail
from tests.running import Stack, free_port, stack, until

pytestmark = pytest.mark.stack
ADDRESS = "service@yunzhou.example"
REPLY = """
import django; django.setup()
from django.utils import timezone
from ruoshui.cases.actions import reply_case
from ruoshui.cases.models import Case
from ruoshui.organization.models import Staff
for number in range(%d):
    case = Case.objects.get(subject=f"mail {number}")
    reply_case(case, body=f"answer {number}", by=Staff.objects.get(username="chen").actor, at=timezone.now())
"""
MANY = 12


class Keeper:
    """A mail server that keeps what comes, by Message-ID: of a worker killed between its yes and our commit, the mail
    comes again under the same one (decision 19).
    """

    def __init__(self) -> None:
        self.came: dict[str, str] = {}

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 aiosmtpd's name
        read = message_from_bytes(envelope.original_content, policy=policy.default)
        self.came[str(read["Message-ID"])] = read.get_body().get_content()
        return "250 kept"


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        yield found


def hand_over(running: Stack, raw: bytes) -> int:
    command = [sys.executable, "-m", "ruoshui.cli", "mail-in", ADDRESS]
    return subprocess.run(command, input=raw, env=running.environment, check=False).returncode


def test_answers_accepted_before_the_worker_was_killed_are_sent_once(running: Stack):
    keeper = Keeper()
    server = Controller(keeper, hostname="127.0.0.1", port=free_port())
    running.kill("worker")
    running.environment |= {"RUOSHUI_SMTP_HOST": "127.0.0.1", "RUOSHUI_SMTP_PORT": str(server.port)}
    for number in range(MANY):
        raw = mail(f"need {number}", subject=f"mail {number}", sender=f"c{number}@example.com", to=ADDRESS)
        assert hand_over(running, raw) == 0
    # The mail server is down: mails wait. Killed again and again while they are taken in and sent.
    for _each in range(3):
        running.start("worker")
        time.sleep(4)
        running.kill("worker")
    running.start("worker")
    until(lambda: running.sql("SELECT count(*) FROM cases_case WHERE subject LIKE 'mail %'") == [(MANY,)], 60)
    assert subprocess.run([sys.executable, "-c", REPLY % MANY], env=running.environment, check=False).returncode == 0
    running.sql("UPDATE channels_letterout SET next_at = now() WHERE next_at IS NOT NULL RETURNING 1")
    server.start()
    try:
        for _each in range(2):
            time.sleep(1)
            running.kill("worker")
            running.start("worker")
        waiting = "SELECT count(*) FROM channels_letterout WHERE state = 'waiting'"
        running.sql("UPDATE channels_letterout SET next_at = now() WHERE next_at IS NOT NULL RETURNING 1")
        until(lambda: running.sql(waiting) == [(0,)], 60)
    finally:
        server.stop()
    answers = sorted(body.split("\n")[0].strip() for body in keeper.came.values() if body.startswith("answer"))
    assert answers == sorted(f"answer {number}" for number in range(MANY))
