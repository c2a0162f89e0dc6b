"""A need comes in."""

import pytest
from django.core.files.storage import default_storage

from ruoshui.cases.actions import open_case
from ruoshui.cases.files import Upload
from ruoshui.cases.models import Attachment, Case, Message
from ruoshui.cases.refusals import AttachmentRefused, NoUnitForType, TypeNotInUse, UnitNotInUse
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.core.refusals import Invalid
from ruoshui.organization.models import Unit
from tests.conftest import NOW, refused

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def test_a_case_has_a_number_a_code_a_unit_a_team_and_a_promise(opened, demo, kinds_of):
    case = opened()
    case.refresh_from_db()
    assert case.number == f"RS{case.pk:08d}"
    assert len(case.access_code) == 10
    assert (case.unit, case.team, case.state) == (demo.units["city"], demo.teams["service"], "open")
    assert case.due is not None
    assert kinds_of(case) == ["cases.opened", "sla.promise_made", "cases.queued"]


@pytest.mark.parametrize(("subject", "field"), [("", "subject"), ("长" * 201, "subject")])
def test_a_bad_subject_is_refused_and_named(opened, subject, field):
    with refused(Invalid) as info:
        opened(subject=subject)
    assert list(info.value.errors) == [field]


def test_a_huge_text_is_refused(opened):
    with refused(Invalid) as info:
        opened(body="长" * 50_001)
    assert list(info.value.errors) == ["body"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "address"),
        ({"address": 5}, "address"),
        ({"address": "东湖路", "scope": "整个城市"}, "scope"),
        ({"address": "东湖路", "danger": "yes"}, "danger"),
        ({"address": "东湖路", "colour": "red"}, "form"),
    ],
)
def test_a_form_that_does_not_fit_its_schema_is_refused_in_plain_words(opened, form, field):
    with refused(Invalid) as info:
        opened("outage", form=form)
    assert list(info.value.errors) == [field]


def test_a_type_out_of_use_takes_no_cases(opened, demo):
    configure(demo.types["billing"], {"is_active": False}, by=SYSTEM, at=NOW)
    demo.types["billing"].refresh_from_db()
    with refused(TypeNotInUse):
        opened()


def test_a_unit_out_of_use_takes_no_cases(opened, demo):
    Unit.objects.filter(code="east").update(is_active=False)
    with refused(UnitNotInUse):
        opened(unit=Unit.objects.get(code="east"))


def test_a_type_without_a_unit_needs_one_named(opened, demo):
    demo.types["billing"].unit = None
    with refused(NoUnitForType):
        opened()


def test_a_file_is_kept_and_found_by_its_name(opened):
    case = opened(files=[Upload("../../电表.png", PNG)])
    attachment = Attachment.objects.get(message__case=case)
    assert (attachment.name, attachment.content_type, attachment.size) == ("电表.png", "image/png", len(PNG))
    assert default_storage.open(attachment.file.name).read() == PNG
    assert "电表" not in attachment.file.name


@pytest.mark.parametrize(
    "upload",
    [
        Upload("empty.pdf", b""),
        Upload("virus.exe", b"MZ"),
        Upload("picture.png", b"<html>"),
        Upload("big.txt", b"x" * (20 * 1024 * 1024 + 1)),
    ],
)
def test_a_malformed_file_is_refused_and_nothing_is_opened(opened, upload):
    before = (Case.objects.count(), Message.objects.count(), Attachment.objects.count())
    with refused(AttachmentRefused):
        opened(files=[upload])
    assert (Case.objects.count(), Message.objects.count(), Attachment.objects.count()) == before


def test_the_same_source_key_opens_one_case_only(opened):
    from django.db import IntegrityError

    opened(source_key="letters:1")
    with refused(IntegrityError):
        opened(source_key="letters:1")


def test_a_nul_in_a_text_is_dropped(demo, customer):
    case = open_case(
        demo.types["billing"], subject="电\x00费", body="a\x00b", customer=customer, by=customer.actor, at=NOW
    )
    assert case.subject == "电费"
    assert case.messages.get().body == "ab"


def test_a_form_keeps_the_order_in_which_it_was_written(demo):
    from ruoshui.cases.schemas import fields_of

    written = {"type": "object", "properties": {n: {"type": "string"} for n in ("zebra", "a", "middle")}}
    made = configure(demo.types["billing"], {"form": written}, by=SYSTEM, at=NOW)
    made.refresh_from_db()
    assert [field.name for field in fields_of(made.form)] == ["zebra", "a", "middle"]
