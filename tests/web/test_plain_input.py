"""What could not be kept is refused at the door, whichever of them it comes through, in words and before any change."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from ruoshui.cases.models import Case
from ruoshui.core.plain_json import DEEPEST
from ruoshui.web.api.main import api

FILED = {"subject": "整栋楼停电", "name": "沈佳", "phone": "13800001111", "form_address": "东湖路 18 号"}
UNKEPT = ["Meter\x07box", "Meter\x00box", "Meter\x1bbox"]


def addresses(resolver=None, begin="/"):
    """Every address of ours, something put in for each of its parts."""
    for one in (resolver or get_resolver()).url_patterns:
        part = str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, begin + part)
        elif isinstance(one, URLPattern):
            filled = re.sub(
                r"<(?:(\w+):)?\w+>",
                lambda f: {"int": "1", "uuid": "00000000-0000-0000-0000-000000000000"}.get(f[1], "x"),
                begin + part,
            )
            yield filled


@pytest.mark.parametrize("text", UNKEPT)
def test_no_page_takes_a_control_character(client, db, text):
    client.cookies["django_language"] = "en"
    taken = []
    for address in addresses():
        if address.startswith(("/api/", "/in/")):
            continue
        response = client.post(address, {"name": text})
        if response.status_code != 422 or "control character" not in response.content.decode():
            taken.append(address)
    assert taken == []


@pytest.mark.parametrize("text", UNKEPT)
def test_the_page_names_the_field_and_shows_the_place(client, demo, text):
    client.cookies["django_language"] = "en"
    response = client.post("/new/outage", FILED | {"subject": text})
    page = response.content.decode()
    assert response.status_code == 422
    assert f"“Meter{chr(0x2400 + ord(text[5]))}box”" in page
    assert "(field “subject”)" in page
    assert Case.objects.count() == 0


@pytest.mark.parametrize(("page", "field"), [("types", "form"), ("surveys", "questions")])
def test_a_text_in_brackets_without_end_is_refused_at_its_field_and_shown_again(signed_in, page, field):
    client, typed = signed_in("admin"), "[" * 5000
    response = client.post(f"/settings/{page}/new", {"code": "anew", "name_zh": "新", field: typed})
    words = response.content.decode()
    assert (response.status_code, typed in words, "This is no JSON that can be read" in words) == (422, True, True)


def test_it_is_said_in_chinese_too(client, demo):
    client.cookies["django_language"] = "zh-hans"
    page = client.post("/new/outage", FILED | {"subject": UNKEPT[0]}).content.decode()
    assert "控制字符" in page


def test_names_of_fields_and_files_are_looked_at_as_well(client, demo):
    assert client.post("/new/outage", FILED | {"form_\x07": "a"}).status_code == 422
    sent = SimpleUploadedFile("a.txt", b"words", content_type="text/\x07plain")
    assert client.post("/new/outage", FILED | {"files": sent}).status_code == 422
    assert Case.objects.count() == 0


def test_what_text_processors_paste_is_let_in(client, demo):
    assert client.post("/new/outage", FILED | {"body": "一\x0b二\x0c三\t四\r\n五"}).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "nonsense"])
@pytest.mark.parametrize(
    "said",
    [
        'name="subject"',
        "name*=utf-7''+2AA-",
        "name*=unicode_escape''a%5cud800",
        "name=\"files\"; filename*=unicode_escape''a%5cud800%5cx00.png",
        "name=\"files\"; filename*=utf-8''a%00b.png",
        'name="files"; filename="&#7;&#xd800;.png"',
    ],
)
def test_no_charset_of_a_part_brings_half_a_letter(client, demo, charset, said):
    body = f"--B\r\nContent-Disposition: form-data; {said}\r\n\r\nx\\ud800+2AA-y\r\n--B--\r\n".encode()
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    assert client.generic("POST", "/new/outage", body, content_type=kind).status_code in (400, 422)


@pytest.mark.parametrize("address", ["/track%00", "/track?q=%00", "/work/cases?q=a%07", "/?%01=1"])
def test_an_address_holds_none_either(client, db, address):
    assert client.get(address).status_code == 400


def test_a_spoilt_cookie_is_just_not_there(client, demo):
    assert (
        client.get("/", headers={"cookie": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000"'}).status_code == 200
    )


def test_a_header_with_a_control_character_is_refused(client, db):
    response = client.get("/api/v1/cases", headers={"idempotency-key": "a\x07"})
    assert (response.status_code, response.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("host", ["[::1]:8150", "[::1]", "example.org", "example.org:65534"])
def test_every_good_host_gets_its_page(client, demo, host):
    assert client.get("/", HTTP_HOST=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["", "[fe80::1%25eth0]:80", "exämple", "a:99999999999", "a:" + "9" * 5000, "a:65536", "a:0", "[::1", "a b", "::1"],
)
def test_an_odd_host_is_refused(client, db, host):
    assert client.get("/", HTTP_HOST=host).status_code == 400
    assert client.get("/api/v1/cases", HTTP_HOST=host).status_code == 400


def operations():
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation:
                yield pytest.param(method.upper(), re.sub(r"\{\w+\}", "1", path), id=operation["operationId"])


BODIES = {
    "NUL": '{"name": "a\\u0000b"}',
    "control": '{"name": {"deep": ["a", "\\u0007"]}}',
    "half": '{"name": "\\ud800"}',
    "key": '{"form": {"\\u0007": 1}}',
    "nan": '{"minutes": NaN}',
    "infinite": '{"minutes": -Infinity}',
    "large": '{"minutes": 1e400}',
    "long": '{"minutes": 1%s}' % ("0" * 30),
    "longer": '{"minutes": 1%s}' % ("0" * 5000),
    "deep": '{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1),
    "deeper": "[" * 100_000,
}


@pytest.mark.parametrize(("method", "path"), operations())
def test_no_operation_takes_what_could_not_be_kept(program_of, method, path):
    found = {}
    for name, body in BODIES.items():
        status, told = program_of(method, path, body)
        if status not in (400, 422) or told["code"] not in ("invalid", "malformed"):
            found[name] = status
    assert found == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [("control", "name.deep.1"), ("key", "form"), ("large", "minutes"), ("long", "minutes")],
)
def test_a_refusal_names_the_field(program_of, body, field):
    status, told = program_of("POST", "/api/v1/cases", BODIES[body])
    assert (status, list(told["errors"])) == (422, [field])


@pytest.fixture
def program_of(client, demo):
    from ruoshui.core.actors import SYSTEM
    from ruoshui.organization.actions import issue_token
    from ruoshui.organization.models import Scope

    secret = issue_token(demo.staff["admin"], name="t", scopes=Scope.values, by=SYSTEM, at=timezone.now())[1]

    def call(method, path, body):
        headers = {"authorization": f"Bearer {secret}"}
        response = client.generic(method, path, body, "application/json", headers=headers)
        return response.status_code, response.json()

    return call
