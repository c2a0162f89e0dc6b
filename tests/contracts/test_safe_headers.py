"""Every answer carries the headers that keep it safe; nothing but what everybody may read is kept by browsers."""

from collections.abc import Iterator

import pytest
from django.conf import settings as now_set
from django.urls import URLPattern, URLResolver, get_resolver

from ruoshui.web import asgi
from ruoshui.web.edge import refusing
from ruoshui.web.middleware import HSTS, PERMISSIONS, SafeResponses

KEPT = {"chat/<slug:code>.js": "public, max-age=600"}  # the chat's script: the same for everybody
SAMPLES = {"int": "1", "slug": "east", "str": "x", "uuid": "0f9d3c1e-8f3a-4a51-9d53-1d2a3b4c5d6e", "path": "x"}


def addresses(patterns: list, before: str = "") -> Iterator[tuple[str, str]]:
    """Every route with an address that it answers."""
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            address = route
            for name, converter in one.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                for written in (f"<{kind}:{name}>", f"<{name}>"):
                    address = address.replace(written, SAMPLES[kind])
            yield route, "/" + address


ROUTES = sorted(set(addresses(get_resolver().url_patterns)))


def test_there_are_as_many_routes_as_we_think_and_each_has_an_address():
    assert len(ROUTES) > 250
    assert [address for _route, address in ROUTES if "<" in address] == []


@pytest.fixture
def asked(client, demo, settings):
    settings.LIMITS = {}
    client.raise_request_exception = False

    def ask(who: str):
        if who:
            client.force_login(demo.staff[who])
        return {route: client.get(address) for route, address in ROUTES if not route.startswith("work/sign-out")}

    return ask


@pytest.mark.parametrize("who", ["admin", ""])
def test_no_answer_is_kept_by_a_browser_but_those_that_are_everybodys(asked, who):
    answers = asked(who)
    kept = {
        route: answer["Cache-Control"] for route, answer in answers.items() if answer["Cache-Control"] != "no-store"
    }
    assert kept == {route: kept_as for route, kept_as in KEPT.items() if route in kept}
    assert {answer["Permissions-Policy"] for answer in answers.values()} == {PERMISSIONS}
    assert {answer["X-Content-Type-Options"] for answer in answers.values()} == {"nosniff"}
    assert all("default-src" in answer["Content-Security-Policy"] for answer in answers.values())


def test_neither_is_a_file_of_a_case(signed_in, opened, settings, tmp_path):
    from ruoshui.cases.files import Upload
    from ruoshui.cases.models import Attachment

    settings.MEDIA_ROOT = tmp_path
    case = opened(files=[Upload("bill.txt", b"what it says")])
    file = Attachment.objects.get(message__case=case)
    answer = signed_in("admin").get(f"/work/files/{file.pk}")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_what_the_doors_before_django_answer_has_them_too():
    for headers in (dict(asgi.HEADERS), dict(refusing.HEADERS)):
        assert headers[b"cache-control"] == b"no-store"
        assert headers[b"permissions-policy"] == PERMISSIONS.encode()
        assert headers[b"x-content-type-options"] == b"nosniff"


def test_the_answers_of_other_middleware_have_them_for_ours_is_the_outermost():
    assert now_set.MIDDLEWARE[0] == f"{SafeResponses.__module__}.{SafeResponses.__name__}"


def test_with_https_browsers_are_told_to_stay_there(client, demo, settings):
    assert "Strict-Transport-Security" not in client.get("/").headers
    settings.SECURE = True
    assert client.get("/")["Strict-Transport-Security"] == HSTS == "max-age=31536000"


def test_what_is_static_may_be_kept(client):
    assert "max-age" in client.get("/static/logo.svg")["Cache-Control"]
