"""Pages for which nothing is there any more: in both languages, light or dark as chosen, and nothing from elsewhere."""

import re

import pytest
from django.test import Client, RequestFactory

from ruoshui.web.errors import away, broken, no_room

PAGES = {500: broken, 503: away, 507: no_room}


@pytest.mark.parametrize("status", PAGES)
@pytest.mark.parametrize(
    ("cookie", "scheme"), [("dark", "dark"), ("light", "light"), ("auto", "light dark"), ("<b>", "light dark")]
)
def test_a_page_without_anything_is_light_or_dark_as_its_reader_has_chosen(status, cookie, scheme):
    request = RequestFactory().get("/work/")
    request.COOKIES["theme"] = cookie
    answer = PAGES[status](request)
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<meta name=color-scheme content='{scheme}'>" in page
    assert f":root{{color-scheme:{scheme}}}" in page
    assert re.findall(r"#[0-9a-f]{3,6}\b|white|black", page) == []  # no colour of our own that only one of them fits
    assert re.search(r"[\u4e00-\u9fff]", page)
    assert re.search(r"[A-Z][a-z]+ ", page)


def test_who_only_looked_is_not_told_about_what_they_sent_and_can_go_on_from_there():
    looked, sent = (broken(getattr(RequestFactory(), how)("/work/")).content.decode() for how in ("get", "post"))
    assert ["what you sent" in page for page in (looked, sent)] == [False, True]
    assert [page.count("<a href='/'>") for page in (looked, sent)] == [1, 1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_form_that_was_not_sent_is_told_in_the_theme_of_its_reader(theme, db):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["theme"] = theme
    answer = browser.post("/new/complaint", {"subject": "Meter"})
    assert (answer.status_code, f'data-bs-theme="{theme}"' in answer.content.decode()) == (403, True)


def test_the_description_of_the_api_is_shown_with_our_own_scripts(client, db):
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    found = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert found
    assert [one for one in found if not one.startswith("/static/ninja/")] == []
    for one in found:
        assert client.get(one).status_code == 200, one
    assert "script-src" not in page["content-security-policy"]
    assert "default-src 'self'" in page["content-security-policy"]
