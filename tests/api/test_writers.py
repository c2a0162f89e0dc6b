"""A program that may write cases and not read them: no answer to anything it writes holds the words of a case."""

import json

import pytest
from django.utils import timezone

from ruoshui.cases.actions import open_case
from ruoshui.cases.files import Upload
from ruoshui.channels.actions import owe_call_back
from ruoshui.documents.actions import receive_document
from ruoshui.organization.models import Scope
from ruoshui.processes.actions import add_task
from ruoshui.sla.actions import ask_extension, ask_unit, urge
from ruoshui.sla.models import Clock
from tests.reach.doors import body_of, operations

WORDS = "zqsecret"


@pytest.fixture
def rows(demo, customer):
    """What one may write about, each with the words: by the part of the address that means it."""
    now, lead, city = timezone.now(), demo.staff["lead"], demo.units["city"]
    by = {"by": lead.actor, "at": now}
    case = open_case(
        demo.types["billing"], subject=WORDS, body=WORDS, customer=customer, unit=city, channel="phone", **by
    )
    task = add_task(case, name=WORDS, body=WORDS, to=lead, asked_by=lead, **by)
    level = demo.levels["2b"]
    mine = {"subject": WORDS, "body": WORDS, "level": level, "from_unit": city, "case": case, "asked_by": lead}
    request = ask_unit(demo.units["network"], **mine, **by)
    theirs = {**mine, "from_unit": demo.units["network"], "case": None}
    to_us = ask_unit(city, **theirs, **by)
    clock = Clock.objects.filter(case=case, due_at__isnull=False).first()
    extension = ask_extension(clock, minutes=30, reason=WORDS, by=demo.staff["chen"], at=now)
    urged = urge(clock, text=WORDS, is_urgent=False, by=lead, at=now)
    receive_document(case, Upload("a.txt", WORDS.encode()), title=WORDS, **by)
    owed = owe_call_back(unit=city, number="138 0000 7777", reason=WORDS, **by)
    return case, [task, request, to_us, clock, extension, urged, owed]


def test_no_answer_to_what_a_writer_of_cases_sends_holds_words_of_a_case(program, rows):
    case, others = rows
    writer = program("lead", [Scope.CASES_WRITE])
    named = {"staff": "chen", "unit": "network", "level": "2b", "code": None, "case": None, "due_at": None}
    named |= {
        "version": None,
        "not_before": None,
        "until": None,
        "content": "eA==",
        "answers": {},
        "number": "138 0000 7777",
    }
    named |= {"since": timezone.now().isoformat(), "customer": None, "reason": "", "assignee": "lead"}
    went_well = set()
    for door, schema in operations():
        if "/assets" in door.path or not any(part in door.path for part in ("{", "call-backs")):
            continue
        for pk in sorted({one.pk for one in others}):
            path = door.path.removeprefix("/api/v1")
            for mark in ("{pk}", "{clock}", "{urge}", "{extension}", "{notice}", "{id}"):
                path = path.replace(mark, str(pk))
            status, answer = writer(door.method, path.replace("{number}", case.number), body_of(schema, named))
            if status < 300:
                assert WORDS not in json.dumps(answer, ensure_ascii=False), (door.name, answer)
                went_well.add(door.name)
    assert went_well >= {"answer_urge", "take_call_back", "accept_request"}
