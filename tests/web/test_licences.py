"""Whatever ends in a bundle is named, with the words of its licence, for everybody to read."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from ruoshui.web.portal.licences import in_the_screens, in_the_server

BUILT = Path(settings.STATICFILES_DIRS[0]) / "built"
RULE = "\n\n" + "=" * 100 + "\n\n"


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """By "name version (licence)"."""
    parts = (BUILT / "THIRD-PARTY.txt").read_text().split(RULE)
    return dict(part.split("\n\n", 1) for part in parts)


def test_every_package_of_the_bundles_is_there_with_its_text(texts):
    bundled = json.loads((BUILT / "bundled.json").read_text())
    named = {one["name"] for one in in_the_screens()}
    assert {"bpmn-js", "diagram-js", "echarts", "zrender", "@tabler/core", "sortablejs"} <= set(bundled)
    assert set(bundled) - named == set()
    assert [f"{one['name']} {one['version']} ({one['licence']})" for one in in_the_screens()] == list(texts)
    assert [head for head, text in texts.items() if len(text) < 300] == []


def test_so_is_what_is_served_without_being_a_module(texts):
    named = {one["name"] for one in in_the_screens()}
    assert {"@tabler/icons", "bootstrap", "bpmn-font", "htmx.org"} <= named
    (of_bpmn,) = (text for head, text in texts.items() if head.startswith("bpmn-js "))
    assert "watermark" in of_bpmn or "project logo" in of_bpmn


def test_the_notice_that_goes_with_the_charts_and_the_licence_of_the_font_are_there(texts):
    (of_charts,) = (text for head, text in texts.items() if head.startswith("echarts "))
    assert "This product includes software developed at\nThe Apache Software Foundation" in of_charts
    (of_font,) = (text for head, text in texts.items() if head.startswith("bpmn-font "))
    assert "SIL OPEN FONT LICENSE Version 1.1" in of_font


def test_each_text_names_who_wrote_it(texts):
    nameless = {"htmx.org", "tslib", "htm"}  # 0BSD asks for no name; Apache's own text has none
    missing = [head for head, text in texts.items() if "opyright" not in text and head.split(" ")[0] not in nameless]
    assert missing == []


def test_the_mark_of_the_drawing_tool_stays():
    assert "bjs-powered-by" in (BUILT / "studio.js").read_text()
    assert [path.name for path in BUILT.glob("*.css") if "bjs-powered-by" in path.read_text()] == []  # nothing hides it


@pytest.mark.parametrize(("language", "word"), [("en", "All licence texts"), ("zh-hans", "全部许可文本")])
def test_everybody_can_read_them(client, db, language, word):
    client.cookies["django_language"] = language
    page = client.get("/licences").content.decode()
    assert (word in page, "bpmn-js" in page, "Django" in page) == (True, True, True)
    served = client.get("/static/built/THIRD-PARTY.txt")
    assert b"".join(served.streaming_content) == (BUILT / "THIRD-PARTY.txt").read_bytes()
    assert 'href="/licences"' in client.get("/track").content.decode()


def test_what_runs_in_the_server_says_its_licence():
    told = {one["name"].lower(): one["licence"] for one in in_the_server()}
    assert ("BSD" in told["django"], told["psycopg"] != "") == (True, True)
    assert "ruoshui" not in told
