"""Every form that is sent carries what makes it ours and lets it be done once."""

import re
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from ruoshui.web.errors import AGAIN, ONCE

TEMPLATES = Path(__file__).resolve().parents[2] / "src/ruoshui"
FORM = re.compile(r"<form\b(?P<head>(?:\{%.*?%\}|\{\{.*?\}\}|[^>])*)>(?P<inside>.*?)</form>", re.DOTALL | re.IGNORECASE)
# What is sent without the key is done once by another: the survey is answered once, and a plate knows no browser.
# What is sent again from the page of a form that was not believed keeps the key that it had.
OTHERWISE = {"branch/parts/faces.html", "branch/parts/plate_why.html", "edge.html"}
# Views that look at no cookie, and by what each is done once.
NO_COOKIE = {
    "ruoshui.web.inbound.line": "the number of the message at its provider",
    "ruoshui.web.workspace.phone.exchange": "the key of the call at its exchange",
    "ruoshui.web.branch.devices.take": "the key that the kiosk makes for a number",
    "ruoshui.web.branch.devices.give_back": "a number can be given back once",
    "ruoshui.web.branch.plates.rate": "a survey is answered once",
    "ruoshui.web.chat.views.talk": "writes nothing",
    "ruoshui.web.chat.views.say": "the key that the frame makes for a message",
    "ruoshui.web.chat.views.file": "writes nothing",
}
REPEATED = {
    "ruoshui.web.workspace.session.sign_in",
    "ruoshui.web.workspace.session.sign_out",
    "ruoshui.web.portal.cases.track",
    "django.views.i18n.set_language",
}


def sent_forms() -> list[tuple[str, str]]:
    return [
        (path.as_posix().split("/templates/", 1)[1], form["inside"])
        for path in sorted(TEMPLATES.rglob("templates/**/*.html"))
        for form in FORM.finditer(path.read_text())
        if re.search(r"method=[\"']?post|hx-post", form["head"], re.IGNORECASE)
    ]


def test_every_form_that_is_sent_has_the_token_and_with_it_the_key():
    forms = sent_forms()
    assert len(forms) > 100
    assert {name for name, inside in forms if "{% csrf_token %}" not in inside} == OTHERWISE


def test_the_token_brings_a_key_of_its_own_for_each_form(client, db):
    page = client.get("/work/sign-in").content.decode()
    keys = re.findall(r'name="once_key" value="([^"]+)"', page)
    assert len(keys) == page.count('name="csrfmiddlewaretoken"') >= 2
    assert len(set(keys)) == len(keys)
    assert all(len(key) >= 20 for key in keys)


def views(patterns=None):
    for one in patterns or get_resolver().url_patterns:
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns)
        elif isinstance(one, URLPattern):
            yield one.callback


def name_of(view) -> str:
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return f"{view.__module__}.{view.__qualname__}"


def test_what_is_sent_without_a_cookie_is_done_once_by_another_key():
    free = {name_of(view) for view in views() if getattr(view, "csrf_exempt", False)}
    assert {name for name in free if not name.startswith("ninja.")} == set(NO_COOKIE)


def test_only_these_forms_are_run_each_time_they_are_sent():
    assert {name_of(view) for view in views() if getattr(view, "may_repeat", False)} == REPEATED


def test_no_form_has_a_field_of_the_names_that_are_taken_out():
    """The key and how often a form was sent again reach no view."""
    words = "".join(path.read_text() for path in (*TEMPLATES.rglob("*.html"), *TEMPLATES.rglob("web/**/*.py")))
    assert not re.search(f"name=[\"']({ONCE}|{AGAIN})[\"']", words)
    assert not re.search(f"POST[.a-z]*[(\\[][\"']({ONCE}|{AGAIN})[\"']", words)
