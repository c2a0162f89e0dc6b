"""What cannot be read, and forms that are not believed: refused in words of ours, in the reader's language."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ruoshui.cases.models import Case

UNREADABLE = {
    "many fields": {"data": {f"a{number}": "1" for number in range(400)}},
    "many files": {"data": {f"f{number}": SimpleUploadedFile("a.txt", b"1") for number in range(120)}},
    "a boundary that is none": {"data": b"x", "content_type": "multipart/form-data; boundary="},
}  # fmt: skip


@pytest.fixture
def strict(demo):
    """A browser whose forms are looked at as in production."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_the_readers_language(name, strict):
    for language, words in (("en", "What was sent cannot be read"), ("zh-hans", "无法读取")):
        strict.cookies["django_language"] = language
        response = strict.post("/new/billing", **UNREADABLE[name])
        assert (response.status_code, words in response.content.decode()) == (400, True)
    assert Case.objects.count() == 0


def test_a_question_with_too_many_fields_is_refused_in_the_same_way(strict):
    response = strict.get("/track?" + "a=1&" * 400)
    assert (response.status_code, "cannot be read" in response.content.decode()) == (400, True)


def test_so_is_a_host_that_is_none_of_ours(strict, settings):
    settings.ALLOWED_HOSTS = ["bank.example"]
    assert strict.get("/track?" + "a=1&" * 400, headers={"host": "else.example"}).status_code == 400


def test_a_program_hears_of_it_as_a_problem(strict):
    told = strict.get("/api/v1/cases?" + "a=1&" * 400)
    assert (told.status_code, told["Content-Type"], told.json()["code"]) == (
        400,
        "application/problem+json",
        "unreadable",
    )


def test_a_form_without_its_key_is_refused_with_what_to_do_and_without_a_word_of_how_we_are_made(strict):
    response = strict.post("/new/billing", {"name": "A", "phone": "13800138000", "subject": "x"})
    page = response.content.decode()
    assert (response.status_code, "load the page again" in page) == (403, True)
    assert [word for word in ("CSRF", "DEBUG", "Django") if word in page] == []
    assert Case.objects.count() == 0


def test_a_part_of_a_page_is_told_in_a_part_of_a_page(strict):
    page = strict.post("/new/billing", {}, headers={"hx-request": "true"}).content.decode()
    assert ("<html" in page, "load the page again" in page) == (False, True)
