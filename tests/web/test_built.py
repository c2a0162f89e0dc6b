"""Static files are sent packed, kept by browsers for as long as they are what was asked for, and never longer."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from ruoshui.web.built import FOR_GOOD, address_of, mark_of

BUILT = Path(settings.STATICFILES_DIRS[0]) / "built"
NAMES = ["app.css", "app.js", "charts.js", "icons.svg", "studio.css", "studio.js"]
AN_HOUR = "max-age=3600, public"


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("name", NAMES)
def test_an_address_names_what_the_file_holds(name):
    mark = hashlib.sha256((BUILT / name).read_bytes()).hexdigest()[:10]
    assert address_of(f"built/{name}") == f"/static/built/{name}?v={mark}"


def test_a_file_that_is_not_there_has_no_mark():
    assert (mark_of("built/none.css"), address_of("built/none.css")) == ("", "/static/built/none.css?v=")


@pytest.mark.parametrize("name", [*(f"built/{name}" for name in NAMES), "django_htmx/htmx-2.min.js"])
def test_what_is_asked_for_by_its_mark_is_kept_for_good(client, name):
    answer = client.get(address_of(name))
    assert (answer.status_code, answer["Cache-Control"]) == (200, FOR_GOOD)
    assert content(answer)


@pytest.mark.parametrize("asked", ["", "?v=", "?v=1790000000", "?v=0123456789", "?w=1"])
def test_what_is_asked_for_otherwise_is_kept_for_an_hour(client, asked):
    answer = client.get(f"/static/built/app.css{asked}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, AN_HOUR)
    assert content(answer) == (BUILT / "app.css").read_bytes()


def test_a_file_that_is_not_there_is_not_kept(client, db):
    answer = client.get("/static/built/none.css?v=")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


def test_who_has_it_already_is_told_so_and_keeps_it(client):
    first = client.get(address_of("built/app.css"))
    assert content(first)
    again = client.get(address_of("built/app.css"), headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again["Cache-Control"]) == (304, FOR_GOOD)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_sent_packed_to_who_can_unpack_it(client, name):
    whole = (BUILT / name).read_bytes()
    packed = client.get(address_of(f"built/{name}"), headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(content(packed)) == whole
    better = client.get(address_of(f"built/{name}"), headers={"Accept-Encoding": "gzip, br"})
    assert (better["Content-Encoding"], content(better)) == ("br", (BUILT / f"{name}.br").read_bytes())
    plain = client.get(address_of(f"built/{name}"))
    assert ("Content-Encoding" in plain, content(plain)) == (False, whole)


def test_a_page_asks_for_its_files_by_their_marks(client, db):
    page = client.get("/track").content.decode()
    asked = re.findall(r'(?:href|src)="(/static/[^"#]+)', page)
    without = {one for one in asked if not one.startswith("/static/logo.svg")}
    assert {one.split("?")[0] for one in without} >= {"/static/built/app.css", "/static/built/app.js"}
    assert [one for one in without if one != address_of(one.split("?")[0].removeprefix("/static/"))] == []


def test_an_icon_is_taken_from_the_sprite_by_its_mark():
    drawn = Template('{% icon "check" "is-good" %}').render(Context())
    where = address_of("built/icons.svg")
    assert drawn == f'<svg class="icon is-good" aria-hidden="true"><use href="{where}#check"/></svg>'
